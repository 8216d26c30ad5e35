import { defineByTick } from '../alertnode/tick-task.ts';
import type { Suite } from '../suite.ts';
import { alertNodeSuite } from './alertnode.ts';

/** The alert node vectors once more, each rule loaded from the text of its script. */
export const suite: Suite = alertNodeSuite(defineByTick);
