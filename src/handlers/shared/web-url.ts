import * as v from 'valibot';
import { text } from '../../handler/options.ts';
import { urlProblem } from './url-problem.ts';

/** An http or https URL in a configuration. References to secrets pass: what they hold is seen later. */
export const webUrl: v.GenericSchema<string> = v.pipe(
  text,
  v.check((url) => urlProblem('url', url) === undefined, 'must be an http or https URL'),
);
