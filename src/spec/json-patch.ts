import { HandlerSpecError } from '../errors.ts';

/** One step of a {@link JsonPatch}. */
export interface JsonPatchOperation {
  /** What to do. */
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  /** Where, as a JSON Pointer: `/options/path`. */
  readonly path: string;
  /** What with: for `add`, `replace` and `test`. */
  readonly value?: unknown;
  /** Where from: for `move` and `copy`. */
  readonly from?: string;
}

/** Changes of a JSON document, as RFC 6902 describes them. */
export type JsonPatch = readonly JsonPatchOperation[];

type Container = Record<string, unknown> | unknown[];

/**
 * Applies a patch to a copy of a document. All steps or none.
 *
 * @throws {HandlerSpecError} When a step cannot be made, or a `test` fails.
 */
export function applyJsonPatch(document: object, patch: JsonPatch): Record<string, unknown> {
  const result: Record<string, unknown> = structuredClone(document) as Record<string, unknown>;
  for (const [step, operation] of patch.entries()) applyOperation(result, operation, step);
  return result;
}

function applyOperation(root: Record<string, unknown>, operation: JsonPatchOperation, step: number): void {
  const fail: Fail = (reason, cure) => {
    const issue = {
      code: 'HANDLER_SPEC',
      path: [],
      reason: `step ${step + 1} of the patch: ${reason}`,
    } as const;
    throw new HandlerSpecError([cure === undefined ? issue : { ...issue, cure }]);
  };
  if (typeof operation !== 'object' || operation === null) fail('it must be a map of op, path and value');
  const { op, path, value } = operation;
  switch (op) {
    case 'add':
      insert(root, path, structuredClone(value), fail);
      return;
    case 'remove':
      take(root, path, fail);
      return;
    case 'replace': {
      // As Kapacitor does: what is not there is added.
      const { container, key } = resolve(root, path, fail);
      if (Array.isArray(container))
        container[indexOf(container, key, container.length - 1, fail)] = structuredClone(value);
      else setOwn(container, key, structuredClone(value));
      return;
    }
    case 'move':
      insert(root, path, take(root, pointer(operation.from, fail), fail), fail);
      return;
    case 'copy':
      insert(root, path, structuredClone(read(root, pointer(operation.from, fail), fail)), fail);
      return;
    case 'test':
      if (!sameJson(read(root, path, fail), value ?? null)) fail(`the value at ${path} is another one`);
      return;
    default:
      fail(
        `there is no operation '${String(op)}'`,
        'Operations are add, remove, replace, move, copy and test.',
      );
  }
}

type Fail = (reason: string, cure?: string) => never;

function pointer(path: unknown, fail: Fail): string {
  return typeof path === 'string' ? path : fail("it needs 'from', a path such as /options/path");
}

function resolve(root: Container, path: unknown, fail: Fail): { container: Container; key: string } {
  if (typeof path !== 'string' || !path.startsWith('/')) {
    fail(`${JSON.stringify(path) ?? 'nothing'} is no path into a spec`, 'Paths look like /options/path.');
  }
  const keys = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = keys.pop() ?? '';
  let container: Container = root;
  for (const part of keys) {
    const next: unknown = child(container, part);
    if (typeof next !== 'object' || next === null)
      fail(`nothing at ${path} can be changed: '${part}' is not there`);
    container = next as Container;
  }
  return { container, key };
}

function child(container: Container, key: string): unknown {
  if (Array.isArray(container)) return /^(?:0|[1-9]\d*)$/.test(key) ? container[Number(key)] : undefined;
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function read(root: Container, path: string, fail: Fail): unknown {
  const { container, key } = resolve(root, path, fail);
  return child(container, key) ?? null;
}

function insert(root: Container, path: string, value: unknown, fail: Fail): void {
  const { container, key } = resolve(root, path, fail);
  if (!Array.isArray(container)) setOwn(container, key, value);
  else
    container.splice(
      key === '-' ? container.length : indexOf(container, key, container.length, fail),
      0,
      value,
    );
}

function take(root: Container, path: string, fail: Fail): unknown {
  const { container, key } = resolve(root, path, fail);
  if (Array.isArray(container))
    return container.splice(indexOf(container, key, container.length - 1, fail), 1)[0];
  if (!Object.hasOwn(container, key)) fail(`there is nothing at ${path}`);
  const value = container[key];
  delete container[key];
  return value;
}

function indexOf(list: readonly unknown[], key: string, last: number, fail: Fail): number {
  if (!/^(?:0|[1-9]\d*)$/.test(key) || Number(key) > last)
    fail(`the list of ${list.length} has no place '${key}'`);
  return Number(key);
}

function setOwn(container: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Whether two values are the same JSON. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) &&
        sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}
