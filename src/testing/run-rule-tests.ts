import {
  ExpectationError,
  HandlerSpecError,
  KapacitorFilesError,
  RuleTestError,
  TickscriptError,
  TocsinError,
} from '../errors.ts';
import type { Path, SpecDocument } from '../spec/spec-document.ts';
import { compareEvents, compareTrace } from './expect-events.ts';
import { type FileTest, type RuleTestFile, readRuleTestFile } from './rule-test-file.ts';
import { readTestDocument } from './test-document.ts';
import { type TestedRule, type TopicsTestOptions, testTopics } from './test-topics.ts';
import { scriptIssues } from './tested-script.ts';

/** What {@link runRuleTests} and {@link loadRuleTests} may be told. */
export interface RuleTestsOptions
  extends Pick<TopicsTestOptions, 'kinds' | 'handlers' | 'delivery' | 'strict' | 'dialects' | 'limits'> {
  /** Rules in code that files may name, such as `rule: cpu`. */
  readonly rules?: Readonly<Record<string, TestedRule>>;
}

/** One test of a file, for a test runner. */
export interface RuleTestCase {
  /** The name of the file, below the directory, and that of the test. */
  readonly name: string;
  /** The file. */
  readonly file: string;
  /** The line of the test in it. */
  readonly line: number;
  /** Runs the test; rejects when it fails. */
  readonly run: () => Promise<void>;
}

/** What {@link runRuleTests} did. */
export interface RuleTestReport {
  /** The files, in the order of their names. */
  readonly files: readonly string[];
  /** The names of the tests, all of which passed. */
  readonly passed: readonly string[];
}

/** How files of rule tests end. */
const ENDINGS = ['.test.yaml', '.test.yml'];
const MOST_FILES = 10_000;

/**
 * Runs all files of rule tests (`*.test.yaml`) of a directory and those below, or one file. Works in any test runner,
 * and without one. Needs Node.
 *
 * @throws {ExpectationError | RuleTestError} When a test fails or a file is wrong, with all that failed, each with file
 * and line.
 * @throws {RuleTestError} When there is no test.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { runRuleTests } from 'tocsin/testing';
 *
 * test('alert rules', async () => {
 *   await runRuleTests('test/alerts');
 * });
 * ```
 */
export async function runRuleTests(path: string, options: RuleTestsOptions = {}): Promise<RuleTestReport> {
  const cases = await loadRuleTests(path, options);
  const passed: string[] = [];
  const failures: unknown[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
      passed.push(name);
    } catch (error) {
      failures.push(error);
    }
  }
  const [first] = failures;
  if (failures.length === 1) throw first;
  if (failures.length > 1) {
    const texts = failures.map((error) => (error instanceof Error ? error.message : String(error)));
    throw new ExpectationError(
      `${failures.length} of ${cases.length} rule tests failed:\n\n${texts.join('\n\n')}`,
      {
        cause: first,
      },
    );
  }
  return { files: [...new Set(cases.map(({ file }) => file))], passed };
}

/**
 * The tests of all files of rule tests of a directory, for a test runner that shall show each. A file that is wrong is
 * one test that fails. Needs Node.
 *
 * @throws {RuleTestError} When there is no test.
 *
 * @example
 * ```ts
 * import { loadRuleTests } from 'tocsin/testing';
 * import { it } from 'vitest';
 *
 * for (const { name, run } of await loadRuleTests('test/alerts')) it(name, run);
 * ```
 */
export async function loadRuleTests(path: string, options: RuleTestsOptions = {}): Promise<RuleTestCase[]> {
  const { relative } = await import('node:path');
  const files = await testFiles(path);
  const cases = await Promise.all(files.map((file) => casesOf(file, relative(path, file) || file, options)));
  return cases.flat();
}

async function testFiles(path: string): Promise<string[]> {
  const { readdir, stat } = await import('node:fs/promises');
  const { join } = await import('node:path');
  const info = await stat(path).catch((cause: unknown) => {
    throw new RuleTestError(`${path} cannot be read`, { cause });
  });
  if (!info.isDirectory()) return [path];
  const files = (await readdir(path, { recursive: true, encoding: 'utf8' }))
    .filter(
      (name) =>
        ENDINGS.some((ending) => name.endsWith(ending)) && !name.split(/[\\/]/).includes('node_modules'),
    )
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) {
    throw new RuleTestError(`there are no rule tests in ${path}`, {
      cure: `Their files end in ${ENDINGS.join(' or ')}.`,
    });
  }
  if (files.length > MOST_FILES)
    throw new RuleTestError(`there are more than ${MOST_FILES} files of rule tests in ${path}`);
  return files;
}

async function casesOf(
  file: string,
  name: string,
  { rules = {}, ...options }: RuleTestsOptions,
): Promise<RuleTestCase[]> {
  const { readFile } = await import('node:fs/promises');
  let document: SpecDocument;
  let read: RuleTestFile;
  const { dirname, resolve } = await import('node:path');
  /** Paths are those that a reader of the file would follow. */
  const beside = (path: string): string => resolve(dirname(file), path);
  try {
    document = await readTestDocument(await readFile(file, 'utf8'), file);
    const { strict = false } = options;
    read = await readRuleTestFile(document, { rules, strict, resolve: beside });
  } catch (error) {
    return [{ name, file, line: 1, run: () => Promise.reject(error) }];
  }
  const { files = [] } = read.setup;
  const setup = { ...read.setup, files: (typeof files === 'string' ? [files] : files).map(beside) };
  return read.tests.map((test) => ({
    name: `${name}: ${test.name}`,
    file,
    line: document.locate(test.path).line,
    run: () => run(test, { ...options, ...setup }, document),
  }));
}

async function run(test: FileTest, setup: TopicsTestOptions, document: SpecDocument): Promise<void> {
  const { steps, events, trace, deliveries, path } = test;
  const topics = await testTopics(setup).catch((error: unknown) => {
    throw isOfScript(error) ? new RuleTestError(scriptIssues(error, document) ?? []) : error;
  });
  try {
    await topics.feed(...steps);
    const mismatches = [
      { path: [...path, 'events'], mismatch: events && compareEvents(topics.trace, events) },
      { path: [...path, 'trace'], mismatch: trace && compareTrace(topics.trace, trace) },
    ];
    for (const { path: at, mismatch } of mismatches) {
      if (mismatch !== undefined) throw failed(test, document, [...at, mismatch.index], mismatch.message);
    }
    const other = deliveries && topics.compareDeliveries(deliveries);
    if (other === undefined) return;
    const place = [...path, 'deliveries', ...(other.name === undefined ? [''] : [other.name, other.index])];
    throw failed(test, document, place, other.message);
  } catch (error) {
    const placed = error instanceof ExpectationError || error instanceof HandlerSpecError;
    throw error instanceof TocsinError && !placed ? misused(error, document, path) : error;
  } finally {
    await topics.close();
  }
}

/** An expectation that is not met, with its place; of one that is not there, with that of the list. */
function failed({ name }: FileTest, document: SpecDocument, path: Path, message: string): ExpectationError {
  const place = document.has(path) ? path : path.slice(0, -1);
  return new ExpectationError(`${name}: ${message}`, {
    position: document.locate(place, { key: place !== path }),
  });
}

/** Whether an error is about the script: a handler that it asks for, which is defined with the others. */
function isOfScript(error: unknown): boolean {
  return error instanceof TickscriptError || error instanceof KapacitorFilesError;
}

function misused({ reason, cure }: TocsinError, document: SpecDocument, path: Path): RuleTestError {
  return new RuleTestError(reason, {
    position: document.locate(path),
    ...(cure === undefined ? {} : { cure }),
  });
}
