import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';

/** What a server of the vectors does. */
export interface ServerBehaviour {
  readonly type: string;
  readonly tls?: boolean;
  readonly clientCert?: boolean;
  readonly drop?: boolean;
  readonly responses?: readonly {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly drop?: boolean;
    /** Milliseconds before the answer. */
    readonly delayMs?: number;
    /** Whether no answer comes at all. */
    readonly hang?: boolean;
  }[];
}

/** A request as the vectors hold it. */
export interface CapturedRequest {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tlsClientCertCN?: string;
}

/** A server that records what arrives. */
export interface HttpReceiver {
  readonly url: string;
  readonly requests: readonly CapturedRequest[];
  close(): Promise<void>;
}

/** The folder of the certificates that tests use. */
export const TLS_FIXTURES: string = join(import.meta.dirname, '../../../fixtures/tls');

/** Headers of the connection and of the client, which the vectors leave out. */
const UNHEARD = new Set([
  'host',
  'user-agent',
  'content-length',
  'accept-encoding',
  'connection',
  'accept-language',
  'sec-fetch-mode',
  'transfer-encoding',
]);

/** Starts a server on a free port of 127.0.0.1. Texts of the behaviour may hold `@URL@`. */
export async function receive(behaviour: ServerBehaviour): Promise<HttpReceiver> {
  const requests: CapturedRequest[] = [];
  const responses = behaviour.responses ?? [{ status: 200 }];
  let url = '';
  let served = 0;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push(capture(request, Buffer.concat(chunks).toString('utf8'), behaviour.clientCert === true));
    const answer = responses[Math.min(served++, responses.length - 1)] ?? {};
    if (behaviour.drop === true || answer.drop === true) {
      request.socket.destroy();
      return;
    }
    if (answer.hang === true) return;
    if (answer.delayMs !== undefined) await setTimeout(answer.delayMs);
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      response.setHeader(name, value.replaceAll('@URL@', url));
    }
    response.statusCode = answer.status ?? 200;
    response.end((answer.body ?? '').replaceAll('@URL@', url));
  };
  const server = behaviour.tls
    ? createHttpsServer(
        {
          ...pem('key', 'server.key'),
          ...pem('cert', 'server.pem'),
          ...pem('ca', 'ca.pem'),
          requestCert: behaviour.clientCert === true,
          rejectUnauthorized: behaviour.clientCert === true,
        },
        listener,
      )
    : createHttpServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `${behaviour.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function pem<Name extends string>(name: Name, file: string): Record<Name, Buffer> {
  return { [name]: readFileSync(join(TLS_FIXTURES, file)) } as Record<Name, Buffer>;
}

function capture(request: IncomingMessage, body: string, wantsCertificate: boolean): CapturedRequest {
  const [path = '', ...query] = (request.url ?? '').split('?');
  const subject = wantsCertificate ? (request.socket as TLSSocket).getPeerCertificate().subject : undefined;
  return {
    method: request.method ?? '',
    path,
    rawQuery: query.join('?'),
    headers: captureHeaders(request.rawHeaders),
    body,
    ...(subject && { tlsClientCertCN: String(subject.CN) }),
  };
}

function captureHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const value = Buffer.from(raw[i + 1]!, 'latin1').toString('utf8');
    // What fetch adds of itself says nothing; another Accept was meant.
    if (UNHEARD.has(name) || (name === 'accept' && value === '*/*')) continue;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

/** A port of this machine where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createHttpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
