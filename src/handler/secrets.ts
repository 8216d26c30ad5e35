import { MissingSecretError } from '../errors.ts';
import type { Redactor } from './redactor.ts';

const REFERENCE = /\$\{(env|file):([^}]*)\}/g;

/** Whether a text refers to a secret: `${env:NAME}` or `${file:/run/secrets/x}`. */
export function hasSecretReference(text: string): boolean {
  return text.search(REFERENCE) !== -1;
}

/**
 * A copy of a value (a text, or objects and lists of texts) in which `${env:NAME}` and `${file:/path}` are replaced by what they
 * refer to. What was filled in is made known to the redactor. The last newline of a file is not part of the secret.
 *
 * @throws {MissingSecretError} When a variable or a file is not there; it is named, its value never.
 */
export async function resolveSecrets<T>(value: T, redactor: Redactor): Promise<T> {
  return (await resolveAny(value, redactor)) as T;
}

async function resolveAny(value: unknown, redactor: Redactor): Promise<unknown> {
  if (typeof value === 'string') return hasSecretReference(value) ? resolveText(value, redactor) : value;
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveAny(item, redactor)));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await resolveAny(item, redactor)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function resolveText(text: string, redactor: Redactor): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [reference, source, name = ''] = match;
    const secret = source === 'env' ? fromEnvironment(name) : await fromFile(name);
    redactor.add(secret);
    result += text.slice(end, match.index) + secret;
    end = match.index + reference.length;
  }
  return result + text.slice(end);
}

function fromEnvironment(name: string): string {
  const value = globalThis.process?.env[name];
  if (value === undefined) {
    throw new MissingSecretError(`The environment variable ${name} is not set`, {
      cure: `Set ${name}, or do without \${env:${name}}.`,
    });
  }
  return value;
}

async function fromFile(path: string): Promise<string> {
  try {
    const { readFile } = await import('node:fs/promises');
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new MissingSecretError(`The secret file ${path} cannot be read`, {
      cure: 'Check that it exists and that this process may read it.',
      cause,
    });
  }
}
