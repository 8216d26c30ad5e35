import type { Vector } from '../alertnode/vector.ts';
import { runCases, type Suite } from '../suite.ts';
import { TopicScenario } from '../topics/topic-scenario.ts';

export const suite: Suite = (vectors) =>
  runCases(vectors as Vector[], (vector) => new TopicScenario(vector).run());
