import { TopicRegistry } from './dist/index.js';
import { makeEvents } from './data.ts';
