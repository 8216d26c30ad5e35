import type { Vector } from '../alertnode/vector.ts';
import type { CaseResult, Suite } from '../suite.ts';
import { TopicScenario } from '../topics/topic-scenario.ts';

export const suite: Suite = async (vectors) => {
  const results: CaseResult[] = [];
  for (const vector of vectors as Vector[]) results.push(await new TopicScenario(vector).run());
  return results;
};
