import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyHandlerKind } from '../../../../src/handler/handler-kind.ts';
import type { ConfiguredKind } from '../../../../src/handlers/shared/sections.ts';
import type { CaseResult, Suite } from '../../suite.ts';
import { type Rig, type WireCase, wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { writeFiles } from './files.ts';
import {
  type CapturedRequest,
  closedPort,
  receive,
  type ServerBehaviour,
  TLS_FIXTURES,
} from './http-receiver.ts';
import { over } from './section.ts';
import { serviceTest } from './service-test.ts';

type Section = Readonly<Record<string, unknown>>;
type Factory = (configuration?: Section | readonly Section[]) => AnyHandlerKind;

/** Kinds whose section has another name. */
const SECTIONS: Readonly<Record<string, string>> = { post: 'httppost' };

/** What the first section begins with, where it is more than `enabled = false`. */
const DEFAULTS: Readonly<Record<string, Section>> = {
  post: { endpoint: 'example', url: 'http://example.com' },
};

/** What a section holds that Kapacitor's server fills in by itself. */
const FILLED_IN: Readonly<Record<string, Section>> = {
  pagerduty: { 'client-url': 'http://[::]:9092/kapacitor/v1' },
  pagerduty2: { 'client-url': 'http://[::]:9092/kapacitor/v1' },
};

/** Runs the vectors of a kind that speaks HTTP against local servers. */
export const suite: Suite = async (vectors, name) => {
  const kind = name.slice('wire/'.length);
  const module: Readonly<Record<string, Factory>> = await import(`../../../../src/handlers/${kind}.ts`);
  const factory = module[kind];
  if (factory === undefined) throw new Error(`src/handlers/${kind}.ts exports no ${kind}`);
  const run = wireSuite((vector, directory) => rig(kind, factory, vector, directory), expected);
  return (await run(vectors, name)).map(withoutVariables);
};

async function rig(kind: string, factory: Factory, raw: WireCase, directory: string): Promise<Rig> {
  await writeFiles(directory, raw);
  for (const file of ['ca.pem', 'client.pem', 'client.key']) {
    await copyFile(join(TLS_FIXTURES, file), join(directory, file));
  }
  const servers = raw as unknown as { server: ServerBehaviour; auxServer?: ServerBehaviour };
  const server = await receive(servers.server);
  const aux = servers.auxServer && (await receive(servers.auxServer));
  const closed = String(await closedPort());
  const { host, hostname, port } = new URL(server.url);
  const vector = fillPlaceholders(raw, {
    '@URL@': server.url,
    '@ADDR@': host,
    '@HOST@': hostname,
    '@PORT@': port,
    '@CLOSEDADDR@': `127.0.0.1:${closed}`,
    '@CLOSEDPORT@': closed,
    ...(aux && { '@AUXURL@': aux.url }),
  });
  const test = vector.via === 'serviceTest' ? serviceTest(kind, vector) : undefined;
  return {
    kind: () => factory(configuration(kind, factory, vector.config[SECTIONS[kind] ?? kind])),
    options: test?.options ?? vector.options,
    events: test ? [test.event] : (vector.events ?? (vector.event ? [vector.event] : [])),
    captured: () => ({ requests: server.requests.map((request) => withPlaceholders(request, server.url)) }),
    async close() {
      await server.close();
      await aux?.close();
    },
  };
}

/** The configuration as the server decodes it: over its defaults, in which a service is switched off. */
function configuration(kind: string, factory: Factory, given: unknown): Section | readonly Section[] {
  const isList = Array.isArray(given);
  const sections = (isList ? given : [given ?? {}]) as readonly Section[];
  const hasSwitch = configurationNames(kind, factory).includes('enabled');
  const decoded = sections.map((section, index) =>
    over(
      {
        ...(hasSwitch && { enabled: false }),
        ...(index === 0 && DEFAULTS[kind]),
        ...FILLED_IN[kind],
      },
      section,
    ),
  );
  return isList ? decoded : (decoded[0] ?? {});
}

function configurationNames(kind: string, factory: Factory): readonly string[] {
  if (kind in DEFAULTS) return [];
  return (factory({ enabled: false }) as unknown as ConfiguredKind).configuration.names;
}

function withPlaceholders(request: CapturedRequest, url: string): CapturedRequest {
  const replaced = JSON.stringify(request)
    .replaceAll(url, '@URL@')
    .replaceAll(url.replace(/^https?:\/\//, ''), '@ADDR@');
  return JSON.parse(replaced) as CapturedRequest;
}

function expected({ captured }: WireCase): unknown {
  const requests = (captured.requests ?? []) as readonly CapturedRequest[];
  return {
    requests: requests.map(({ method, path, rawQuery, headers, body, tlsClientCertCN }) => ({
      method,
      path,
      rawQuery,
      headers: Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]),
      ),
      // Go escapes what is no UTF-8, such as half a character; as JSON it is the same.
      body: body.replaceAll('\\ufffd', '\ufffd'),
      ...(tlsClientCertCN !== undefined && { tlsClientCertCN }),
    })),
  };
}

interface Compared {
  readonly stage: string;
  readonly captured: { readonly requests: readonly CapturedRequest[] };
}

/**
 * Judges a failed case again with the members of bodies left out that differ from run to run, or with the lists
 * sorted whose order does.
 */
function withoutVariables(result: CaseResult): CaseResult {
  const { variable = [] } = result.vector as { variable?: readonly string[] };
  const paths = variable.flatMap((text) => {
    const match = /^captured\.requests\[(\d*)\]\.bodyJson\.([\w.[\]]+)(.*)$/.exec(text);
    return match
      ? [{ keys: (match[2] ?? '').split(/[.[\]]+/).filter(Boolean), sorted: /order/.test(match[3] ?? '') }]
      : [];
  });
  if (result.passed || paths.length === 0) return result;
  const strip = (side: unknown): string => {
    const { stage, captured } = side as Partial<Compared>;
    const requests = captured?.requests.map((request) => {
      const body = parsed(request.body);
      for (const { keys, sorted } of paths) settle(body, keys, sorted);
      return { ...request, body };
    });
    return JSON.stringify({ stage, requests }, sortKeys);
  };
  return { ...result, passed: strip(result.expected) === strip(result.got) };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function settle(body: unknown, keys: readonly string[], sorted: boolean): void {
  const [last = '', ...above] = keys.toReversed();
  let at = body;
  for (const key of above.toReversed()) at = Object(at)[key];
  if (typeof at !== 'object' || at === null) return;
  const members = at as Record<string, unknown>;
  const list = members[last];
  if (sorted && Array.isArray(list)) list.sort();
  else delete members[last];
}

function sortKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
