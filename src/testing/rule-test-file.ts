import * as v from 'valibot';
import { nearest } from '../alert/nearest.ts';
import { RuleTestError, type SpecIssue, TocsinError } from '../errors.ts';
import { camelCase, optionsSchema, text, textMap } from '../handler/options.ts';
import { AlertRule, type AlertRuleOptions } from '../rule/index.ts';
import type { Path, SpecDocument } from '../spec/spec-document.ts';
import { camelCased, DocumentReader, isMap } from './document-reader.ts';
import type { ExpectedDelivery } from './expect-deliveries.ts';
import { type ExpectedEvent, readExpected } from './expectation.ts';
import { readStart } from './relative-time.ts';
import { StepReader } from './rule-test-steps.ts';
import { gap, type TestStep } from './steps.ts';
import type { TestedRule, TopicsTestOptions } from './test-topics.ts';

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
  handlers: v.union([v.string(), v.array(v.string())], 'a path, or a list of paths'),
  tests: list,
});
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
 * @param named Rules in code that the file may name.
 * @throws {RuleTestError} With everything that is wrong with it.
 */
export function readRuleTestFile(
  document: SpecDocument,
  named: Readonly<Record<string, TestedRule>>,
): RuleTestFile {
  const reader = new RuleTestReader(document, named);
  const file = reader.read(document);
  if (reader.issues.length === 0 && file !== undefined) return file;
  const offset = ({ position }: SpecIssue): number => position?.offset ?? 0;
  throw new RuleTestError(reader.issues.toSorted((a, b) => offset(a) - offset(b)));
}

class RuleTestReader {
  readonly #reader: DocumentReader;
  readonly #steps: StepReader;
  readonly #named: Readonly<Record<string, TestedRule>>;

  constructor(document: SpecDocument, named: Readonly<Record<string, TestedRule>>) {
    this.#reader = new DocumentReader(document);
    this.#steps = new StepReader(this.#reader);
    this.#named = named;
  }

  get issues(): readonly SpecIssue[] {
    return this.#reader.issues;
  }

  read(document: SpecDocument): RuleTestFile | undefined {
    const file = this.#reader.map(fileSchema, document.value, []);
    if (file === undefined) return undefined;
    const { start, name, tags, rule, rules, handlers, tests = [] } = file;
    if (rule !== undefined && rules !== undefined)
      this.#reader.issue(['rules'], "there is 'rule' as well", 'Keep one of them.');
    if (tests.length === 0)
      this.#reader.issue(['tests'], 'there are no tests', 'Add: tests: [{ points: […], events: […] }]');
    if (start !== undefined) this.#reader.attempt(['start'], () => readStart('start', start));
    const setup: TopicsTestOptions = {
      ...(start === undefined ? {} : { start }),
      ...(name === undefined ? {} : { name }),
      ...(tags && { tags }),
      ...(handlers === undefined ? {} : { files: handlers }),
      ...this.#rules(rule, rules),
    };
    return { setup, tests: tests.flatMap((test, index) => this.#test(test, ['tests', index])) };
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
      if (Object.hasOwn(this.#named, given)) return this.#named[given];
      const meant = nearest(given, Object.keys(this.#named));
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
