import * as v from 'valibot';
import { nearest } from '../alert/nearest.ts';
import { RuleTestError, type SpecIssue, TocsinError } from '../errors.ts';
import { isMap } from '../handler/is-map.ts';
import { camelCase, type OptionsOutput, optionsSchema, text, textMap } from '../handler/options.ts';
import { AlertRule, type AlertRuleOptions } from '../rule/index.ts';
import type { Path, SpecDocument } from '../spec/spec-document.ts';
import { camelCased, DocumentReader } from './document-reader.ts';
import type { ExpectedDelivery } from './expect-deliveries.ts';
import { type ExpectedEvent, readExpected } from './expectation.ts';
import { FakeClock } from './fake-clock.ts';
import { readStart } from './relative-time.ts';
import { StepReader } from './rule-test-steps.ts';
import { gap, type TestStep } from './steps.ts';
import type { TestedRule, TopicsTestOptions } from './test-topics.ts';
import { loadScripts, scriptIssues, type TestedScript } from './tested-script.ts';

/** One test of a file. */
export interface FileTest {
  /** Its name. */
  readonly name: string;
  /** Where it stands in the file. */
  readonly path: Path;
  /** What happens. */
  readonly steps: readonly TestStep[];
  /** What is expected; of what is absent, nothing is. */
  readonly events: readonly (string | ExpectedEvent)[] | undefined;
  readonly trace: readonly (string | ExpectedEvent)[] | undefined;
  readonly deliveries: Readonly<Record<string, readonly ExpectedDelivery[]>> | undefined;
}

/** What a file of rule tests is read with. */
export interface RuleTestContext {
  /** Rules in code that it may name. */
  readonly rules: Readonly<Record<string, TestedRule>>;
  /** Whether its script is taken to the letter. */
  readonly strict: boolean;
  /** Where a path that stands in it leads to. */
  resolve(path: string): string;
}

/** A file of rule tests, read. */
export interface RuleTestFile {
  /** What is under test. */
  readonly setup: TopicsTestOptions;
  /** The tests. */
  readonly tests: readonly FileTest[];
}

const list = v.array(v.unknown(), 'a list');
const time = v.union([v.string(), v.number()], 'a length of time such as 10s');

const fileSchema = optionsSchema({
  start: text,
  name: text,
  tags: textMap,
  rule: v.unknown(),
  rules: v.unknown(),
  script: text,
  'script-file': text,
  vars: v.record(v.string(), v.unknown(), 'a map of values'),
  task: text,
  handlers: v.union([v.string(), v.array(v.string())], 'a path, or a list of paths'),
  tests: list,
});
type FileKeys = OptionsOutput<typeof fileSchema.entries>;
/** What can be under test; of these there is one. */
const TESTED = ['rule', 'rules', 'script', 'script-file'] as const;
const testSchema = optionsSchema({
  name: text,
  points: list,
  after: time,
  events: list,
  trace: list,
  deliveries: v.record(v.string(), list, 'a map of lists'),
});
/**
 * Reads a file of rule tests.
 *
 * @param document The file.
 * @throws {RuleTestError} With everything that is wrong with it.
 */
export async function readRuleTestFile(
  document: SpecDocument,
  context: RuleTestContext,
): Promise<RuleTestFile> {
  const reader = new RuleTestReader(document, context);
  const file = await reader.read(document);
  if (reader.issues.length === 0 && file !== undefined) return file;
  const offset = ({ position }: SpecIssue): number => position?.offset ?? 0;
  throw new RuleTestError(reader.issues.toSorted((a, b) => offset(a) - offset(b)));
}

class RuleTestReader {
  readonly #reader: DocumentReader;
  readonly #steps: StepReader;
  readonly #context: RuleTestContext;

  constructor(document: SpecDocument, context: RuleTestContext) {
    this.#context = context;
    this.#reader = new DocumentReader(document);
    this.#steps = new StepReader(this.#reader);
  }

  get issues(): readonly SpecIssue[] {
    return this.#reader.issues;
  }

  async read(document: SpecDocument): Promise<RuleTestFile | undefined> {
    const file = this.#reader.map(fileSchema, document.value, []);
    if (file === undefined) return undefined;
    const { start, name, tags, rule, rules, handlers, tests = [] } = file;
    const [tested, ...more] = TESTED.filter((key) => file[camelCase(key) as keyof typeof file] !== undefined);
    for (const key of more) this.#reader.issue([key], `there is '${tested}' as well`, 'Keep one of them.');
    if (tests.length === 0)
      this.#reader.issue(['tests'], 'there are no tests', 'Add: tests: [{ points: […], events: […] }]');
    if (start !== undefined) this.#reader.attempt(['start'], () => readStart('start', start));
    const setup: TopicsTestOptions = {
      ...(start === undefined ? {} : { start }),
      ...(name === undefined ? {} : { name }),
      ...(tags && { tags }),
      ...(handlers === undefined ? {} : { files: handlers }),
      ...this.#rules(rule, rules),
      ...(await this.#script(file, document)),
    };
    return { setup, tests: tests.flatMap((test, index) => this.#test(test, ['tests', index])) };
  }

  async #script(
    { script, scriptFile, vars, task }: FileKeys,
    document: SpecDocument,
  ): Promise<Pick<TopicsTestOptions, 'scripts'>> {
    if (script === undefined && scriptFile === undefined) {
      const kept = { vars, task };
      for (const key of ['vars', 'task'] as const)
        if (kept[key] !== undefined)
          this.#reader.issue(
            [key],
            `'${key}' is for a script, and there is none`,
            'Add script or script-file.',
          );
      return {};
    }
    const file = scriptFile === undefined ? undefined : this.#context.resolve(scriptFile);
    const content = script ?? (file === undefined ? undefined : await this.#scriptText(file));
    if (content === undefined) return {};
    const tested: TestedScript = {
      text: content,
      ...(file !== undefined && { file }),
      ...(task !== undefined && { name: task }),
      ...(vars && { vars: vars as NonNullable<TestedScript['vars']> }),
    };
    try {
      await loadScripts([tested], new FakeClock(), this.#context.strict);
    } catch (error) {
      const issues = scriptIssues(error, document);
      if (issues === undefined) throw error;
      this.#reader.issues.push(...issues);
    }
    return { scripts: [tested] };
  }

  async #scriptText(file: string): Promise<string | undefined> {
    const { readFile } = await import('node:fs/promises');
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#reader.issue(['script-file'], `the script cannot be read: ${why}`);
      return undefined;
    }
  }

  #rules(rule: unknown, rules: unknown): Pick<TopicsTestOptions, 'rules'> {
    if (rule !== undefined) return { rules: this.#ruleList([rule], () => ['rule']) };
    if (rules === undefined) return {};
    if (Array.isArray(rules)) return { rules: this.#ruleList(rules, (index) => ['rules', index]) };
    if (!isMap(rules)) {
      this.#reader.issue(['rules'], 'rules must be a list, or a map by measurement');
      return {};
    }
    const byName = Object.entries(rules).map(([name, some]) => {
      const path = ['rules', name];
      return Array.isArray(some)
        ? [name, this.#ruleList(some, (index) => [...path, index])]
        : [name, this.#ruleList([some], () => path)];
    });
    return { rules: Object.fromEntries(byName) };
  }

  #ruleList(given: readonly unknown[], pathOf: (index: number) => Path): TestedRule[] {
    return given.flatMap((one, index) => {
      const rule = this.#rule(one, pathOf(index));
      return rule === undefined ? [] : [rule];
    });
  }

  #rule(given: unknown, path: Path): TestedRule | undefined {
    if (typeof given === 'string') {
      const { rules } = this.#context;
      if (Object.hasOwn(rules, given)) return rules[given];
      const meant = nearest(given, Object.keys(rules));
      const cure =
        meant === undefined ? 'Give it: runRuleTests(path, { rules: { … } }).' : `Did you mean '${meant}'?`;
      this.#reader.issue(path, `there is no rule '${given}'`, cure);
      return undefined;
    }
    if (!isMap(given)) {
      this.#reader.issue(path, 'a rule must be a map of options, or the name of a rule');
      return undefined;
    }
    const options = Object.fromEntries(Object.entries(given).map(([key, value]) => [camelCase(key), value]));
    try {
      new AlertRule(options);
      return options as AlertRuleOptions;
    } catch (error) {
      this.#ruleIssue(error, given, path);
      return undefined;
    }
  }

  /** Which option it is that a rule does not take: the one that it does not take alone either. */
  #ruleIssue(error: unknown, given: Readonly<Record<string, unknown>>, path: Path): void {
    const culprit = Object.entries(given).find(([key, value]) => {
      try {
        new AlertRule({ [camelCase(key)]: value });
        return false;
      } catch (other) {
        return messageOf(other) === messageOf(error);
      }
    });
    const place = culprit === undefined ? path : [...path, culprit[0]];
    const unknown = error instanceof TocsinError && error.reason.startsWith('A rule has no option');
    this.#reader.caught(error, place, unknown);
  }

  #test(given: unknown, path: Path): FileTest[] {
    const test = this.#reader.map(testSchema, given, path);
    if (test === undefined) return [];
    const { name, points = [], after, events, trace, deliveries } = test;
    const steps = this.#steps.steps(points, [...path, 'points']);
    if (after !== undefined) steps.push(...this.#reader.attempt([...path, 'after'], () => gap(after)));
    if (events === undefined && trace === undefined && deliveries === undefined) {
      this.#reader.issue(path, 'this test expects nothing', 'Add events, trace or deliveries.');
    }
    this.#steps.checkBounds(steps, path);
    return [
      {
        name: name ?? `test ${String(path.at(-1))}`,
        path,
        steps,
        events: events && this.#expected(events, [...path, 'events']),
        trace: trace && this.#expected(trace, [...path, 'trace']),
        deliveries:
          deliveries &&
          Object.fromEntries(
            Object.entries(deliveries).map(([handler, some]) => [
              handler,
              this.#deliveries(some, [...path, 'deliveries', handler]),
            ]),
          ),
      },
    ];
  }

  #expected(given: readonly unknown[], path: Path): (string | ExpectedEvent)[] {
    return given.flatMap((one, index) =>
      this.#reader.attempt([...path, index], () =>
        readExpected(String(path.at(-1)), camelCased(one) as string),
      ),
    );
  }

  #deliveries(given: readonly unknown[], path: Path): ExpectedDelivery[] {
    return given.flatMap((one, index): ExpectedDelivery[] =>
      typeof one === 'string'
        ? [one]
        : this.#reader.attempt([...path, index], () =>
            readExpected(String(path.at(-1)), camelCased(one) as ExpectedEvent),
          ),
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
