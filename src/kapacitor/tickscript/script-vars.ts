import { parseDuration } from '../../alert/go-duration.ts';
import { int64 } from '../../alert/int64.ts';
import { TocsinError } from '../../errors.ts';
import { parseLambda, Regex } from '../../lambda/index.ts';
import type { VarType } from './script.ts';
import type { TickValue } from './value.ts';

/** A variable in the form of Kapacitor's files: `{ "type": "duration", "value": "10s" }`. */
export interface TypedScriptVar {
  /** Its type. */
  readonly type: VarType;
  /** Its value; a number for a duration is nanoseconds, as in Kapacitor's files. */
  readonly value: unknown;
}

/**
 * A value for a `var` of a script. The script says of which type it is: a text can be a string, a duration (`'10s'`),
 * a regex (without slashes), a lambda (without `lambda:`) or `'*'`; a number for a duration is milliseconds.
 */
export type ScriptVar = string | number | bigint | boolean | readonly ScriptVar[] | TypedScriptVar;

/** What a given value is for a variable of a type, or why it is none. */
export type VarAnswer =
  | { readonly value: TickValue }
  | { readonly reason: string; readonly cause?: TocsinError };

/** Reads the value that was given for a variable of a type. */
export function readVar(type: VarType, given: unknown): VarAnswer {
  if (isTyped(given)) {
    if (given.type !== type)
      return { reason: `it is of type ${type}, and the value given is of type ${given.type}` };
    // In Kapacitor's files the value of a star is empty.
    if (type === 'star') return { value: { type } };
    return type === 'duration' && typeof given.value === 'number'
      ? { value: { type, value: given.value } }
      : readVar(type, given.value);
  }
  switch (type) {
    case 'string':
      return typeof given === 'string' ? { value: { type, value: given } } : wrong(type, given);
    case 'bool':
      return typeof given === 'boolean' ? { value: { type, value: given } } : wrong(type, given);
    case 'int':
      if (typeof given === 'bigint') return { value: { type, value: int64(given) } };
      return Number.isSafeInteger(given) ? { value: { type, value: given as number } } : wrong(type, given);
    case 'float':
      return typeof given === 'number' || typeof given === 'bigint'
        ? { value: { type, value: Number(given) } }
        : wrong(type, given);
    case 'star':
      return given === '*' ? { value: { type } } : wrong(type, given);
    case 'duration':
      return readDuration(given);
    case 'regex':
      return attempt(type, given, (text) => ({ type, value: new Regex(text) }));
    case 'lambda':
      return attempt(type, given, (text) => ({ type, value: parseLambda(text) }));
    case 'list':
      return readList(given);
  }
}

function isTyped(given: unknown): given is TypedScriptVar {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    'type' in given &&
    'value' in given
  );
}

function readDuration(given: unknown): VarAnswer {
  if (typeof given === 'number' && Number.isFinite(given))
    return { value: { type: 'duration', value: Math.round(given * 1e6) } };
  const nanoseconds = typeof given === 'string' ? parseDuration(given) : undefined;
  return nanoseconds === undefined
    ? wrong('duration', given)
    : { value: { type: 'duration', value: nanoseconds } };
}

function readList(given: unknown): VarAnswer {
  if (!Array.isArray(given)) return wrong('list', given);
  const items: TickValue[] = [];
  for (const item of given) {
    const type = isTyped(item) ? item.type : item === '*' ? 'star' : 'string';
    const answer = readVar(type, item);
    if (!('value' in answer)) return answer;
    items.push(answer.value);
  }
  return { value: { type: 'list', value: items } };
}

function attempt(type: VarType, given: unknown, read: (text: string) => TickValue): VarAnswer {
  if (typeof given !== 'string') return wrong(type, given);
  try {
    return { value: read(given) };
  } catch (error) {
    const reason = error instanceof TocsinError ? error.reason : String(error);
    return {
      reason: `the value given is no ${type}: ${reason}`,
      ...(error instanceof TocsinError && { cause: error }),
    };
  }
}

const EXAMPLES: Readonly<Record<VarType, string>> = {
  string: "a text such as 'cpu'",
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
  duration: "a duration such as '10s', or milliseconds",
  regex: "a pattern such as '^web-'",
  lambda: `an expression such as '"usage" > 90'`,
  list: "a list such as ['host', 'cpu']",
  star: "'*'",
};

function wrong(type: VarType, given: unknown): VarAnswer {
  const got =
    given === undefined || given === null ? 'nothing' : `a ${Array.isArray(given) ? 'list' : typeof given}`;
  return { reason: `it must be ${EXAMPLES[type]}, and what is given is ${got}` };
}
