import * as v from 'valibot';
import { nearest } from '../../alert/nearest.ts';
import { KapacitorConfError, KindConfigurationError, type SpecIssue } from '../../errors.ts';
import type { AnyHandlerKind } from '../../handler/handler-kind.ts';
import { isMap } from '../../handler/is-map.ts';
import {
  configDuration,
  flag,
  integer,
  type OptionEntries,
  optionsSchema,
  text,
} from '../../handler/options.ts';
import type { AlertDefaults } from '../pipeline/node-host.ts';
import {
  type ConfiguredKindLike,
  KIND_SECTIONS,
  type KindSection,
  LIST_SECTIONS,
  type MakeKind,
  OTHER_SECTIONS,
  OTHER_SETTINGS,
} from './conf-sections.ts';
import { applyOverride, type EnvOverride, overridesIn } from './env-overrides.ts';
import type { ConfSection, KapacitorConf } from './kapacitor-conf.ts';
import type { KeyPlaces } from './key-places.ts';
import type { Table } from './parse-toml.ts';

const DEADMAN_ENTRIES = {
  interval: configDuration,
  threshold: v.number('a number'),
  id: text,
  message: text,
  global: flag,
};
const ALERT_ENTRIES = { 'persist-topics': flag, 'topic-buffer-length': integer };

/** The makers of the handler kinds, by name. */
export type Makers = Readonly<Record<string, MakeKind>>;

/** Makes of the tables of a configuration what it says of alerts. */
export class ConfReader {
  readonly #toml: Table;
  readonly #places: KeyPlaces;
  readonly #makers: Makers;
  readonly #file: string | undefined;
  readonly #issues: SpecIssue[] = [];
  readonly #ignored: string[] = [];
  readonly #applied: string[] = [];

  constructor(toml: Table, places: KeyPlaces, makers: Makers, file: string | undefined) {
    this.#toml = toml;
    this.#places = places;
    this.#makers = makers;
    this.#file = file;
  }

  read(env: Readonly<Record<string, string | undefined>>): KapacitorConf {
    const overrides = overridesIn(env);
    this.#sort();
    const configured = (Object.keys(KIND_SECTIONS) as KindSection[]).flatMap((section) => {
      const kind = this.#kind(section, overrides);
      return kind === undefined ? [] : [{ section, kind }];
    });
    const deadman = this.#plain('deadman', DEADMAN_ENTRIES, overrides);
    const alert = this.#plain('alert', ALERT_ENTRIES, overrides);
    const { hostname } = this.#toml;
    if (this.#issues.length > 0) {
      const place = ({ position }: SpecIssue): number => position?.offset ?? Number.POSITIVE_INFINITY;
      const issues = this.#issues.sort((a, b) => place(a) - place(b) || 0);
      throw new KapacitorConfError(issues, this.#file === undefined ? {} : { file: this.#file });
    }
    const sections = configured.flatMap(({ section, kind }) =>
      kind.sections.map((info) => ({ section, kind: kind.kind, ...info })),
    );
    return {
      kinds: this.#kinds(configured.map(({ kind }) => kind)),
      sections,
      alertDefaults: alertDefaults(sections),
      deadman: {
        global: deadman.global ?? false,
        threshold: deadman.threshold ?? 0,
        interval: deadman.interval ?? 10_000,
        ...(deadman.id !== undefined && { id: deadman.id }),
        ...(deadman.message !== undefined && { message: deadman.message }),
      },
      hostname: typeof hostname === 'string' ? hostname : undefined,
      persistTopics: alert.persistTopics ?? true,
      topicBufferLength: alert.topicBufferLength,
      ignored: this.#ignored,
      overrides: this.#applied,
    };
  }

  /** Tells the sections apart: those with a part in alerts, those of other services, and misspelled ones. */
  #sort(): void {
    const known = [...Object.keys(KIND_SECTIONS), 'alert', 'deadman', 'hostname'];
    for (const name of Object.keys(this.#toml)) {
      if (known.includes(name)) continue;
      if (OTHER_SECTIONS.has(name) || OTHER_SETTINGS.has(name)) {
        this.#ignored.push(name);
        continue;
      }
      const meant = nearest(name, [...known, ...OTHER_SECTIONS, ...OTHER_SETTINGS]);
      this.#issue([name], `there is no section or setting ${name}`, meant && `Did you mean ${meant}?`);
    }
  }

  #issue(path: readonly (string | number)[], reason: string, cure?: string): void {
    const position = this.#places.position(path);
    this.#issues.push({
      code: 'KAPACITOR_CONF',
      path,
      reason,
      ...(cure !== undefined && { cure }),
      ...(position !== undefined && { position }),
    });
  }

  /** The kinds that were configured, and those that need no configuration. */
  #kinds(configured: readonly ConfiguredKindLike[]): AnyHandlerKind[] {
    const free = ['aggregate', 'exec', 'log', 'post', 'publish', 'tcp'].flatMap((name) => {
      const make = this.#makers[name] as ((configuration?: never) => AnyHandlerKind) | undefined;
      return make === undefined || configured.some(({ kind }) => kind === name) ? [] : [make()];
    });
    return [...configured, ...free];
  }

  #kind(section: KindSection, overrides: readonly EnvOverride[]): ConfiguredKindLike | undefined {
    const kind = KIND_SECTIONS[section];
    const make = this.#makers[kind];
    const own = overrides.filter((override) => override.section === section);
    const given = Object.hasOwn(this.#toml, section) ? this.#toml[section] : undefined;
    if (make === undefined || (given === undefined && own.length === 0)) return undefined;
    const isList = Array.isArray(given);
    const tables = (isList ? given : [given ?? {}]) as readonly unknown[];
    const pathOf = (index: number): (string | number)[] => (isList ? [section, index] : [section]);
    const isNone = isList && tables.length === 0;
    if (!tables.every(isTable) || (isNone && !LIST_SECTIONS.has(section))) {
      this.#issue([section], `${section} must be a section: [${section}]`);
      return undefined;
    }
    const schema = schemaOf(make);
    const before = this.#issues.length;
    const sections = tables.map((table) => ({ ...table }));
    for (const override of own) this.#override(sections, override, schema.entries);
    for (const [index, table] of sections.entries()) this.#check(schema, table, pathOf(index));
    // A list without sections says no more than that there is none.
    if (isNone || this.#issues.length > before) return undefined;
    // What a section does not say: it is off (endpoints of httppost have no switch), and alone it is the default one.
    const implied = {
      ...('enabled' in schema.entries && { enabled: false }),
      ...('default' in schema.entries && !isList && { default: true }),
    };
    const complete = sections.map((table) => withImplied(table, implied));
    try {
      const configuration = LIST_SECTIONS.has(section) || complete.length > 1 ? complete : complete[0];
      return make(configuration as never);
    } catch (error) {
      if (!(error instanceof KindConfigurationError)) throw error;
      this.#issue(pathOf(0), error.reason, error.cure);
      return undefined;
    }
  }

  #override(sections: Table[], override: EnvOverride, entries: OptionEntries): void {
    const { variable, index } = override;
    const targets = index === undefined ? sections : sections.slice(index, index + 1);
    if (targets.length === 0) this.#wrongVariable(variable, `there is no section number ${index}`);
    for (const section of targets) {
      const answer = applyOverride(section, override, entries);
      if ('reason' in answer) this.#wrongVariable(variable, answer.reason);
      else if (!this.#applied.includes(variable)) this.#applied.push(variable);
    }
  }

  /** The value of a variable may be a secret, so it is not shown. */
  #wrongVariable(variable: string, reason: string): void {
    this.#issues.push({
      code: 'KAPACITOR_CONF',
      path: [variable],
      reason: `the environment variable: ${reason}`,
    });
  }

  #check(schema: ConfSchema, table: Table, path: readonly (string | number)[]): void {
    const result = optionsSchema(schema.entries)['~standard'].validate(table);
    if (result instanceof Promise || result.issues === undefined) return;
    for (const { message, path: below = [] } of result.issues) {
      const keys = below.map((part) => (typeof part === 'object' ? part.key : part));
      const place = [...path, ...keys.map((key) => (typeof key === 'number' ? key : String(key)))];
      this.#issue(place, message);
    }
  }

  /** A section of plain values. */
  #plain(name: string, entries: OptionEntries, overrides: readonly EnvOverride[]): PlainValues {
    const given = Object.hasOwn(this.#toml, name) ? this.#toml[name] : {};
    if (!isTable(given)) {
      this.#issue([name], `${name} must be a section: [${name}]`);
      return {};
    }
    const table = { ...given };
    for (const override of overrides)
      if (override.section === name) this.#override([table], override, entries);
    this.#check({ entries }, table, [name]);
    const result = optionsSchema(entries)['~standard'].validate(table);
    return result instanceof Promise || result.issues !== undefined ? {} : (result.value as PlainValues);
  }
}

/** What the sections without a kind can say. */
interface PlainValues {
  readonly global?: boolean;
  readonly threshold?: number;
  /** Milliseconds. */
  readonly interval?: number;
  readonly id?: string;
  readonly message?: string;
  readonly persistTopics?: boolean;
  readonly topicBufferLength?: number;
}

interface ConfSchema {
  readonly entries: OptionEntries;
}

function isTable(value: unknown): value is Table {
  return isMap(value) && !(value instanceof Date);
}

function withImplied(table: Table, implied: Table): Table {
  const given = new Set(Object.keys(table).map((key) => key.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(implied).filter(([name]) => !given.has(name))), ...table };
}

/** The options of a kind's section. A kind that is not enabled can be made of nothing, and knows them. */
function schemaOf(make: MakeKind): ConfSchema {
  try {
    return make({ enabled: false } as never).configuration;
  } catch {
    return (make as unknown as () => ConfiguredKindLike)().configuration;
  }
}

function alertDefaults(sections: readonly ConfSection[]): AlertDefaults {
  const global = sections.filter((section) => section.enabled && section.global);
  const changesOnly = global.find(({ stateChangesOnly }) => stateChangesOnly);
  return {
    globalKinds: [...new Set(global.map(({ kind }) => kind))],
    ...(changesOnly !== undefined && { stateChangesOnlyBy: changesOnly.kind }),
  };
}
