import type { LambdaType, ScopeValue } from './lambda-type.ts';
import type { Run } from './operators.ts';
import { TYPE_TAGS, tagOf } from './type-tag.ts';

/** How many combinations of types a piece of an expression is kept compiled for. */
const REMEMBERED_COMBINATIONS = 64;

/** A piece of an expression that is compiled for each combination of types of its references. */
export interface Dispatcher<T> {
  readonly names: readonly string[];
  readonly reads: readonly Run<ScopeValue>[];
  /** Where the values of the references are left for the piece. */
  readonly values: ScopeValue[];
  specialise(types: readonly LambdaType[]): Run<T>;
}

/** Makes the closure that learns the types of the references, and runs the piece that is compiled for them. */
export function dispatch<T>(dispatcher: Dispatcher<T>): Run<T> {
  switch (dispatcher.names.length) {
    case 0:
      return dispatcher.specialise([]);
    case 1:
      return dispatchOne(dispatcher);
    case 2:
      return dispatchTwo(dispatcher);
    default:
      return dispatchMany(dispatcher);
  }
}

function dispatchOne<T>({ names, reads, values, specialise }: Dispatcher<T>): Run<T> {
  const [name = ''] = names;
  const [read = () => undefined] = reads;
  const known: (Run<T> | undefined)[] = TYPE_TAGS.map(() => undefined);
  let tag = -1;
  let current: Run<T> | undefined;
  return (scope) => {
    const value = read(scope);
    const found = tagOf(value, name);
    values[0] = value;
    if (found !== tag || current === undefined) {
      current = known[found] ?? specialise([TYPE_TAGS[found] ?? 'missing']);
      known[found] = current;
      tag = found;
    }
    return current(scope);
  };
}

function dispatchTwo<T>({ names, reads, values, specialise }: Dispatcher<T>): Run<T> {
  const [firstName = '', secondName = ''] = names;
  const [first = () => undefined, second = () => undefined] = reads;
  const known: (Run<T> | undefined)[] = Array.from({ length: TYPE_TAGS.length ** 2 });
  let key = -1;
  let current: Run<T> | undefined;
  return (scope) => {
    const a = first(scope);
    const b = second(scope);
    const [tagA, tagB] = [tagOf(a, firstName), tagOf(b, secondName)];
    const found = tagA * 8 + tagB;
    values[0] = a;
    values[1] = b;
    if (found !== key || current === undefined) {
      current = known[found] ?? specialise([TYPE_TAGS[tagA] ?? 'missing', TYPE_TAGS[tagB] ?? 'missing']);
      known[found] = current;
      key = found;
    }
    return current(scope);
  };
}

function dispatchMany<T>({ names, reads, values, specialise }: Dispatcher<T>): Run<T> {
  const known = new Map<string, Run<T>>();
  const types = names.map(() => -1);
  let current: Run<T> | undefined;
  const choose = (): Run<T> => {
    const key = types.join('');
    let run = known.get(key);
    if (run === undefined) {
      run = specialise(types.map((tag) => TYPE_TAGS[tag] ?? 'missing'));
      if (known.size >= REMEMBERED_COMBINATIONS) known.clear();
      known.set(key, run);
    }
    return run;
  };
  return (scope) => {
    for (let i = 0; i < reads.length; i++) {
      const read = reads[i] as Run<ScopeValue>;
      const value = read(scope);
      const tag = tagOf(value, names[i] as string);
      values[i] = value;
      if (tag !== types[i]) {
        types[i] = tag;
        current = undefined;
      }
    }
    current ??= choose();
    return current(scope);
  };
}
