import { missingPeer } from './missing-peer.ts';

/** How connections are made, where the platform's own way does not do. */
export interface TransportOptions {
  /** Path of a PEM file with the certificate authorities to trust. */
  readonly sslCa?: string;
  /** Path of a PEM file with the client certificate. */
  readonly sslCert?: string;
  /** Path of a PEM file with the key of the client certificate. */
  readonly sslKey?: string;
  /** Whether the server's certificate goes unchecked. */
  readonly insecureSkipVerify?: boolean;
  /** URL of an HTTP proxy. */
  readonly proxy?: string;
}

/** A `fetch` and what to do when it is no longer needed. */
export interface Transport {
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

const PLATFORM: Transport = {
  // Looked up at each call, so that a host may put its own fetch in place later (instrumentation does).
  fetch: (input, init) => globalThis.fetch(input, init),
  close: () => Promise.resolve(),
};

/**
 * The transport that the options ask for: the platform's `fetch`, or one over a dispatcher of `undici` when a
 * proxy or TLS settings are wanted.
 *
 * @throws {MissingDependencyError} When `undici` is needed and not installed.
 */
export async function transport(kind: string, options: TransportOptions = {}): Promise<Transport> {
  const { sslCa, sslCert, sslKey, insecureSkipVerify = false, proxy } = options;
  if (!sslCa && !sslCert && !sslKey && !insecureSkipVerify && !proxy) return PLATFORM;
  const undici = await import('undici').catch(missingPeer(kind, 'undici'));
  const tls = {
    ...(sslCa && { ca: await readPem(sslCa) }),
    ...(sslCert && { cert: await readPem(sslCert) }),
    ...(sslKey && { key: await readPem(sslKey) }),
    rejectUnauthorized: !insecureSkipVerify,
  };
  const dispatcher = proxy
    ? new undici.ProxyAgent({ uri: proxy, requestTls: tls })
    : new undici.Agent({ connect: tls });
  let closing: Promise<void> | undefined;
  return {
    // A dispatcher works with the fetch of its own version only, and that one does not know the platform's
    // Request, so the request is handed over in parts.
    async fetch(input, init) {
      const request = new Request(input, init);
      const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
      const { url, method, redirect, signal } = request;
      const headers = [...request.headers] as [string, string][];
      const answer = await undici.fetch(url, { method, headers, body, redirect, signal, dispatcher });
      return answer as unknown as Response;
    },
    // A dispatcher refuses to be closed twice.
    close() {
      closing ??= dispatcher.close().then(() => undefined);
      return closing;
    },
  };
}

async function readPem(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path, 'utf8');
}
