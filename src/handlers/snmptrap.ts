import * as v from 'valibot';
import {
  described,
  flag,
  integer,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
} from '../handler/options.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import type { StandardIssue } from '../handler/standard-schema.ts';
import { type Address, parseAddress } from './shared/address.ts';
import { singleSectionEntries } from './shared/entries.ts';
import { missingPeer } from './shared/missing-peer.ts';
import { type NestedOptions, nestedOptions } from './shared/nested-options.ts';
import { optionTemplate } from './shared/option-template.ts';
import { refineOptions } from './shared/refine-options.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { parseOid } from './snmptrap/oid.ts';
import { TrapSession } from './snmptrap/trap-session.ts';
import { TRAP_TYPES, trapValue } from './snmptrap/trap-value.ts';

type ConfigurationSchemas = {
  readonly enabled: typeof singleSectionEntries.enabled;
  readonly addr: typeof text;
  readonly community: typeof text;
  readonly inform: typeof flag;
  readonly retries: typeof integer;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  enabled: singleSectionEntries.enabled,
  addr: described(text, 'Where traps go: host:port, over UDP. Default localhost:162.'),
  community: described(text, 'The community. Default kapacitor.'),
  inform: described(
    flag,
    'Sends informs, which the receiver acknowledges, in place of traps, which nobody does. Default false.',
  ),
  retries: described(integer, 'How often an inform without an answer is sent again. Default 1.'),
});

const trapType: v.GenericSchema<string> = v.picklist(TRAP_TYPES, `one of ${TRAP_TYPES.join(', ')}`);

const datum: NestedOptions<{
  readonly oid: typeof text;
  readonly type: typeof trapType;
  readonly value: typeof text;
}> = nestedOptions({
  oid: described(text, 'The OID.'),
  type: described(
    trapType,
    'c Counter64, i Integer, n Null, s OctetString, t TimeTicks; also a IP address, o OID, u Gauge32, d and x bytes as decimal or hexadecimal numbers.',
  ),
  value: described(text, 'The value; a template. A Null needs none.'),
});

type OptionSchemas = {
  readonly 'trap-oid': typeof text;
  readonly 'data-list': v.GenericSchema<v.InferInput<typeof datum>[], v.InferOutput<typeof datum>[]>;
};

const options: OptionsSchema<OptionSchemas> = refineOptions(
  optionsSchema<OptionSchemas>({
    'trap-oid': described(text, 'The OID of the trap: the value of snmpTrapOID. Required.'),
    'data-list': described(
      v.array(datum, 'a list of oid, type and value'),
      'What the trap tells: a list of oid, type and value.',
    ),
  }),
  ({ trapOid = '', dataList = [] }) => {
    const issues: StandardIssue[] = [];
    const check = (oid: string, path: readonly (string | number)[]): void => {
      if (parseOid(oid) === undefined) {
        issues.push({ message: `${path.join('.')}: '${oid}' is no OID such as 1.3.6.1.4.1.99.7`, path });
      }
    };
    check(trapOid, ['trap-oid']);
    for (const [index, { oid = '', type }] of dataList.entries()) {
      check(oid, ['data-list', index, 'oid']);
      if (type !== undefined) continue;
      const path = ['data-list', index, 'type'];
      issues.push({ message: `${path.join('.')}: is missing; it is one of ${TRAP_TYPES.join(', ')}`, path });
    }
    return issues;
  },
);

/** The receiver: what Kapacitor has in its `[snmptrap]` section. */
export type SnmptrapConfiguration = OptionsInput<ConfigurationSchemas>;

/** What an snmptrap handler is told in its handler file, checked. */
export type SnmptrapOptions = OptionsOutput<OptionSchemas>;

const DEFAULT_ADDRESS = 'localhost:162';

/**
 * The `snmptrap` kind: sends each event as an SNMP v2c trap. Needs the package `net-snmp`.
 *
 * @param configured The receiver.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { snmptrap } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [snmptrap({ addr: 'nms:162', community: 'public' })] });
 * await alerts.define({
 *   id: 'nms',
 *   topic: 'cpu',
 *   kind: 'snmptrap',
 *   options: {
 *     'trap-oid': '1.3.6.1.4.1.99.7',
 *     'data-list': [{ oid: '1.3.6.1.4.1.99.7.1', type: 's', value: '{{ .Message }}' }],
 *   },
 * });
 * ```
 */
export function snmptrap(configured: SnmptrapConfiguration = {}): ConfiguredKind<SnmptrapOptions> {
  const sections = configure(
    { kind: 'snmptrap', schema: configuration, secrets: ['community'], check: sectionProblem },
    configured,
  );
  let session: TrapSession | undefined;
  return {
    kind: 'snmptrap',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: ({ trapOid = '', dataList = [] }, host) =>
      sections.connect(host, undefined, async (section) => {
        const module = await import('net-snmp').catch(missingPeer('snmptrap', 'net-snmp'));
        const { addr = DEFAULT_ADDRESS, community = 'kapacitor', inform = false, retries = 1 } = section;
        const address = parseAddress(addr) as Address;
        session ??= new TrapSession(module, { address, community, inform, retries });
        const open = session;
        const data = dataList.map(({ oid = '', type = '', value = '' }) => ({
          oid: parseOid(oid) ?? oid,
          type,
          render: optionTemplate('snmptrap', 'data-list', value, host),
        }));
        return {
          async handle(event, { signal }) {
            const varbinds = data.map(({ oid, type, render }) => ({
              oid,
              ...trapValue(type, render(event)),
            }));
            await open.send(parseOid(trapOid) ?? trapOid, varbinds, signal);
          },
        };
      }),
    close() {
      session?.close();
      session = undefined;
    },
  };
}

function sectionProblem({ addr = DEFAULT_ADDRESS }: OptionsOutput<ConfigurationSchemas>): string | undefined {
  if (hasSecretReference(addr) || parseAddress(addr) !== undefined) return undefined;
  return `addr must be host:port, got '${addr}'`;
}
