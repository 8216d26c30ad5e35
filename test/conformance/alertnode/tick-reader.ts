import type { VectorRule, VectorWindow } from './vector.ts';

/** One alert node of a script, and what it writes events to. */
export interface AlertNode {
  readonly name: string;
  readonly rule: VectorRule;
  /** The files of its `.log()` handlers. */
  readonly sinks: readonly string[];
}

/** A stream of a script: what points it takes, and the alert nodes that they run through. */
export interface StreamChain {
  readonly measurement?: string;
  readonly alerts: readonly AlertNode[];
}

interface Call {
  readonly mark: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Reads the scripts of the vectors: `stream|from()…|alert()…`, nothing more of the language. */
export function readTick(tick: string): StreamChain[] {
  return tick
    .split(/^stream$/m)
    .slice(1)
    .map((text) => readChain(readCalls(text)));
}

/** The sinks of the one alert node of a script. */
export function readSinks(tick: string): string[] {
  return readTick(tick).flatMap(({ alerts }) => alerts.flatMap(({ sinks }) => sinks));
}

function readChain(calls: readonly Call[]): StreamChain {
  let measurement: string | undefined;
  let position = 0;
  let shared: Record<string, unknown> = {};
  const alerts: { name: string; rule: Record<string, unknown>; sinks: string[] }[] = [];
  let target: Record<string, unknown> = shared;
  for (const { mark, name, args } of calls) {
    const [first] = args;
    if (mark === '|') {
      position++;
      if (name === 'alert') {
        target = { ...shared };
        shared = { groupBy: shared.groupBy };
        alerts.push({ name: `alert${position}`, rule: target, sinks: [] });
      } else if (name === 'window') {
        target = {};
        shared.window = target as VectorWindow;
      } else if (name === 'barrier' || name === 'from') target = shared;
      else throw new Error(`the reader does not know |${name}()`);
    } else if (name === 'measurement') measurement = String(first);
    else if (name === 'log') alerts.at(-1)?.sinks.push(String(first).replace(/^@sink:(.*)@$/, '$1'));
    else if (name === 'idle') target.barrier = first;
    else if (name === 'inhibit') target.inhibit = [...((target.inhibit as unknown[]) ?? []), args];
    else if (name === 'groupBy' || name === 'flapping') target[name] = args;
    else if (name !== 'delete') target[name] = args.length === 0 ? true : first;
  }
  return { ...(measurement !== undefined && { measurement }), alerts };
}

function readCalls(text: string): Call[] {
  const calls: Call[] = [];
  let at = 0;
  for (;;) {
    const match = /\s*([|.])(\w+)\(/y;
    match.lastIndex = at;
    const found = match.exec(text);
    if (found === null) return calls;
    const end = closing(text, match.lastIndex);
    calls.push({
      mark: found[1]!,
      name: found[2]!,
      args: splitArguments(text.slice(match.lastIndex, end)).map(readValue),
    });
    at = end + 1;
  }
}

/** Where the parenthesis that is open at `at` is closed. */
function closing(text: string, at: number): number {
  for (let depth = 0; ; at++) {
    const char = text[at];
    if (char === "'" || char === '"') at = skipQuoted(text, at);
    else if (char === '(') depth++;
    else if (char === ')' && depth-- === 0) return at;
    if (char === undefined) throw new Error(`a parenthesis is not closed in: ${text}`);
  }
}

/** The last character of a quoted text: `'…'`, `"…"` or `'''…'''`. */
function skipQuoted(text: string, at: number): number {
  if (text.startsWith("'''", at)) {
    const end = text.indexOf("'''", at + 3);
    if (end !== -1) return end + 2;
  }
  const quote = text[at];
  for (at++; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  throw new Error(`a quote is not closed in: ${text}`);
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "'" || char === '"') at = skipQuoted(text, at);
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function readValue(text: string): unknown {
  if (text.startsWith('lambda:')) return text.slice('lambda:'.length).trim();
  if (text.startsWith("'''")) return text.slice(3, -3);
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("\\'", "'");
  if (text === 'TRUE' || text === 'FALSE') return text === 'TRUE';
  return /^-?[\d.]+$/.test(text) ? Number(text) : text;
}
