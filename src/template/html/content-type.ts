import type { GoType } from '../value/go-type.ts';

/** A text that is JavaScript already, as `json` gives it. */
export const JS: GoType = { name: 'template.JS', kind: 'string' };
