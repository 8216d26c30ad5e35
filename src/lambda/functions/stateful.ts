import { contextual, type FunctionContext, type LambdaFunction } from '../lambda-function.ts';

function count(context: FunctionContext): () => number {
  const state = context.state('count', () => ({ calls: 0 }));
  return () => ++state.calls;
}

/** How many standard deviations a value is away from the mean of all so far, itself included. */
function sigma(context: FunctionContext): (value: number) => number {
  const state = context.state('sigma', () => ({ n: 0, mean: 0, squares: 0 }));
  return (value) => {
    state.n++;
    const distance = value - state.mean;
    state.mean += distance / state.n;
    state.squares += distance * (value - state.mean);
    const variance = state.n < 2 ? 0 : state.squares / (state.n - 1);
    return variance === 0 ? 0 : Math.abs(value - state.mean) / Math.sqrt(variance);
  };
}

/** The distance between the least and the greatest value so far. */
function spread(context: FunctionContext): (value: number) => number {
  const state = context.state('spread', () => ({ least: Infinity, greatest: -Infinity }));
  return (value) => {
    if (value < state.least) state.least = value;
    if (value > state.greatest) state.greatest = value;
    return state.greatest - state.least;
  };
}

/** The functions that remember. Each has one state for the whole expression, however often it is called in it. */
export const statefuls: readonly LambdaFunction[] = [
  { name: 'count', stateful: true, signatures: [contextual([], 'int', count)] },
  { name: 'sigma', stateful: true, signatures: [contextual(['float'], 'float', sigma)] },
  { name: 'spread', stateful: true, signatures: [contextual(['float'], 'float', spread)] },
];
