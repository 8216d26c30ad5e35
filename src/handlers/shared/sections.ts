import { nearest } from '../../alert/nearest.ts';
import { HandlerOptionsError, KindConfigurationError, PermanentDeliveryError } from '../../errors.ts';
import type { Handler, HandlerHost } from '../../handler/handler.ts';
import type { HandlerKind } from '../../handler/handler-kind.ts';
import { isMap } from '../../handler/is-map.ts';
import type { OptionEntries, OptionsInput, OptionsOutput, OptionsSchema } from '../../handler/options.ts';
import { resolveSecrets } from '../../handler/secrets.ts';
import { noteSecret } from './note-secret.ts';

/** What a section of the configuration says about itself; kept for whoever turns alert rules into handlers. */
export interface SectionInfo {
  /** The name by which handlers choose it. Empty for the only section of a kind that has but one. */
  readonly name: string;
  /** Whether handlers that name none get it. */
  readonly default: boolean;
  /** Whether it sends at all. */
  readonly enabled: boolean;
  /** Whether alert rules that name no handler should get this kind. Nothing here acts on it. */
  readonly global: boolean;
  /** Whether such rules should tell of changes of level only. Nothing here acts on it. */
  readonly stateChangesOnly: boolean;
}

/** A kind with a configuration given in code, besides the options of its handlers. */
export interface ConfiguredKind<Options = unknown> extends HandlerKind<Options> {
  /** The names and schemas of the configuration, for docs and editors. */
  readonly configuration: Pick<OptionsSchema<OptionEntries>, 'entries' | 'names'>;
  /** What was configured. */
  readonly sections: readonly SectionInfo[];
}

/** How the sections of a kind work. */
export interface SectionsOptions<Entries extends OptionEntries> {
  readonly kind: string;
  readonly schema: OptionsSchema<Entries>;
  /** The camelCase names of what is secret in a section. */
  readonly secrets: readonly (keyof OptionsOutput<Entries>)[];
  /** The camelCase name of what names a section, for kinds that can have several. */
  readonly name?: keyof OptionsOutput<Entries> & string;
  /** Says what is wrong with an enabled section, if anything. Texts may still be references to secrets. */
  readonly check?: (section: OptionsOutput<Entries>) => string | undefined;
}

/** The sections of one kind, as they were given in code. */
export interface Sections<Config> {
  readonly info: readonly SectionInfo[];
  /** Whether there is a section of that name, or, without a name, a default one. */
  has(name?: string): boolean;
  /**
   * Makes a handler from the section of that name, or from the default one; its secrets are resolved and known
   * to the redactor. A handler on a section that is not enabled is made, and fails at each event.
   *
   * @throws {HandlerOptionsError} When there is no such section.
   */
  connect(
    host: HandlerHost,
    name: string | undefined,
    make: (section: Config) => Handler | Promise<Handler>,
  ): Promise<Handler>;
}

/** What every section may hold, whatever its kind. */
interface CommonSection {
  readonly enabled?: boolean;
  readonly default?: boolean;
  readonly global?: boolean;
  readonly stateChangesOnly?: boolean;
}

/**
 * Checks the configuration of a kind. `enabled` left out means on: a section that stands in code is meant.
 *
 * @throws {KindConfigurationError} With everything that is wrong.
 */
export function configure<Entries extends OptionEntries>(
  options: SectionsOptions<Entries>,
  given: OptionsInput<Entries> | readonly OptionsInput<Entries>[] = {},
): Sections<OptionsOutput<Entries>> {
  const { kind, schema, secrets, name: nameKey, check } = options;
  const list = listSections(kind, given);
  if (list.length > 1 && nameKey === undefined)
    throw new KindConfigurationError(kind, 'takes one section only');
  const sections = list.map((item, index) => {
    const section = parseConfiguration(kind, schema, item);
    const problem = isEnabled(section) ? check?.(section) : undefined;
    const where = list.length > 1 ? `section ${index + 1}: ` : '';
    if (problem !== undefined) throw new KindConfigurationError(kind, where + problem);
    return section;
  });
  const info = sections.map((section) => describeSection(section, nameKey, sections.length === 1));
  checkSections(kind, nameKey, sections, info);
  if ('default' in schema.entries && !info.some((one) => one.default)) {
    throw new KindConfigurationError(kind, 'one of the sections must be the default one: default: true');
  }
  const find = (name = ''): number =>
    name === '' ? info.findLastIndex((one) => one.default) : info.findIndex((one) => one.name === name);

  return {
    info,
    has: (name) => find(name) !== -1,
    async connect(host, name, make) {
      const index = find(name);
      const section = sections[index];
      if (section === undefined) throw unknownSection(kind, nameKey ?? '', name ?? '', info);
      if (info[index]?.enabled !== true) return disabled(kind);
      const resolved = await resolveSecrets(section, host.redactor);
      for (const secret of secrets) noteSecret(host, resolved[secret]);
      return make(resolved);
    },
  };
}

/**
 * What was given as the configuration of a kind, one section or several, as a list.
 *
 * @throws {KindConfigurationError} When something else was given.
 */
export function listSections<Section extends object>(
  kind: string,
  given: Section | readonly Section[] | undefined,
): readonly Section[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given ?? (given === null ? null : {})];
  const at = list.findIndex((one) => !isMap(one));
  if (at === -1) return list as readonly Section[];
  const wrong = list[at];
  const what = wrong === null ? 'null' : Array.isArray(wrong) ? 'a list' : `a ${typeof wrong}`;
  throw new KindConfigurationError(kind, `expected a map of options, got ${what}`, {
    cure: `Write for example: ${kind}({ … }).`,
  });
}

function parseConfiguration<Entries extends OptionEntries>(
  kind: string,
  schema: OptionsSchema<Entries>,
  given: unknown,
): OptionsOutput<Entries> {
  const result = schema['~standard'].validate(given);
  if (result instanceof Promise) throw new KindConfigurationError(kind, 'its schema answers with a promise');
  if (!result.issues) return result.value;
  throw new KindConfigurationError(kind, result.issues.map(({ message }) => message).join('; '));
}

function isEnabled(section: CommonSection): boolean {
  return section.enabled ?? true;
}

function describeSection(section: object, nameKey: string | undefined, only: boolean): SectionInfo {
  const common: CommonSection = section;
  const name = nameKey === undefined ? '' : ((section as Readonly<Record<string, unknown>>)[nameKey] ?? '');
  return {
    name: String(name),
    default: common.default === true || only,
    enabled: isEnabled(common),
    global: common.global ?? false,
    stateChangesOnly: common.stateChangesOnly ?? false,
  };
}

function checkSections(
  kind: string,
  nameKey: string | undefined,
  sections: readonly CommonSection[],
  info: readonly SectionInfo[],
): void {
  if (nameKey === undefined) return;
  const fail = (reason: string): never => {
    throw new KindConfigurationError(kind, reason);
  };
  const names = new Set<string>();
  for (const [index, { name }] of info.entries()) {
    if (info.length > 1 && name === '')
      fail(`section ${index + 1} needs a ${nameKey}, since there are several`);
    if (names.has(name)) fail(`two sections have the ${nameKey} ${JSON.stringify(name)}`);
    names.add(name);
    const { default: isDefault = false, global = false, stateChangesOnly = false } = sections[index] ?? {};
    if (global && !isDefault) fail('only the section with default: true may be global');
    if (stateChangesOnly && !(global && isDefault)) fail('state-changes-only needs default and global');
  }
}

function unknownSection(
  kind: string,
  nameKey: string,
  name: string,
  info: readonly SectionInfo[],
): HandlerOptionsError {
  if (name === '') {
    return new HandlerOptionsError(kind, [
      {
        code: 'HANDLER_OPTIONS',
        reason: `no section of the configuration is the default one`,
        path: [nameKey],
        cure: `Name one with '${nameKey}'.`,
      },
    ]);
  }
  const names = info.map((one) => one.name);
  const suggestion = nearest(name, names);
  const cure = suggestion ? `Did you mean '${suggestion}'?` : `Configured: ${names.join(', ') || 'none'}.`;
  return new HandlerOptionsError(kind, [
    { code: 'HANDLER_OPTIONS', reason: `there is no ${nameKey} '${name}'`, path: [nameKey], cure },
  ]);
}

function disabled(kind: string): Handler {
  return {
    handle: () => {
      throw new PermanentDeliveryError(`${kind} is not enabled in its configuration`, {
        failure: 'config_error',
      });
    },
  };
}
