import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../src/alert/clock.ts';
import { DeliveryError, KindConfigurationError, PermanentDeliveryError } from '../../src/errors.ts';
import { parseMailAddress } from '../../src/handlers/smtp/mail-address.ts';
import { type SmtpConfiguration, smtp } from '../../src/handlers/smtp.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { testHost } from '../../src/testing/test-host.ts';
import { decodeMail } from '../conformance/suites/wire/mail.ts';
import { smtpReceiver } from '../conformance/suites/wire/smtp-receiver.ts';
import { closedPort } from '../conformance/suites/wire/tcp-receiver.ts';
import { runSuite } from './run-suite.ts';
import { withServer } from './tcp-server.ts';

const TLS = join(import.meta.dirname, '../fixtures/tls');
const CERTIFICATE = {
  key: readFileSync(join(TLS, 'server.key')),
  cert: readFileSync(join(TLS, 'server.pem')),
};

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly secure: boolean;
  readonly user: unknown;
}

interface Mailbox {
  readonly port: number;
  readonly mails: readonly Mail[];
  readonly connections: () => number;
  readonly server: SMTPServer;
}

const servers: SMTPServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve))));
});

async function mailbox(options: SMTPServerOptions = {}, port = 0): Promise<Mailbox> {
  const mails: Mail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.onAuth ? [] : ['AUTH', 'STARTTLS'],
    onConnect: (_, done) => {
      connections++;
      done();
    },
    onData(stream, session, done) {
      let raw = '';
      stream.on('data', (chunk) => {
        raw += chunk;
      });
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          secure: session.secure,
          user: session.user,
        });
        done();
      });
    },
    ...CERTIFICATE,
    ...options,
  });
  server.on('error', () => undefined);
  servers.push(server);
  const listener = server.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  return { port: (listener.address() as AddressInfo).port, mails, connections: () => connections, server };
}

const configured = (port: number, more: SmtpConfiguration = {}): SmtpConfiguration => ({
  host: '127.0.0.1',
  port,
  from: 'alerts@lab.test',
  to: ['ops@lab.test'],
  ...more,
});

async function deliver(
  section: SmtpConfiguration,
  options: object = {},
  event = {},
  context = {},
): Promise<unknown> {
  const kind = smtp(section);
  const handler = await makeHandler(kind, options);
  const error = await rejection(() => handler.handle(testEvent(event), testContext(context)));
  await kind.close?.();
  return error;
}

let box: Mailbox;
runSuite(
  handlerKindSuite({
    kind: async () => {
      box = await mailbox();
      return smtp(configured(box.port));
    },
    arrived: ({ message, details }) => {
      const { headers, body } = decodeMail(box.mails[0]?.raw ?? '');
      expect(headers.subject).toBe(message);
      expect(body.trimEnd()).toBe(details);
    },
  }),
);

describe('smtp', () => {
  it('sends the message as the subject and the details as HTML', async () => {
    const { port, mails } = await mailbox();
    const message = 'Größe "C:\\temp" 🔥\n2nd line';
    const details = `<p>ä</p>\n.\n..x\n${'long '.repeat(400)}`;
    expect(await deliver(configured(port), {}, { message, details })).toBeUndefined();
    const { headers, body } = decodeMail(mails[0]?.raw ?? '');
    expect(mails[0]).toMatchObject({ from: 'alerts@lab.test', to: ['ops@lab.test'] });
    expect(headers).toMatchObject({
      subject: message,
      from: 'alerts@lab.test',
      to: 'ops@lab.test',
      'content-type': 'text/html; charset=UTF-8',
    });
    expect(body.replaceAll('\r\n', '\n').trimEnd()).toBe(details.trimEnd());
  });

  it('lets no event write headers or commands', async () => {
    const { port, mails } = await mailbox();
    const message = 'x\r\nBcc: evil@lab.test\r\n\r\n<b>body</b>\r\n.\r\nMAIL FROM:<evil@lab.test>';
    await deliver(configured(port), {}, { message, details: message });
    expect(mails).toHaveLength(1);
    expect(mails[0]?.to).toEqual(['ops@lab.test']);
    const { headers } = decodeMail(mails[0]?.raw ?? '');
    expect(headers.bcc).toBeUndefined();
    expect(headers.subject).toBe(message);
  });

  it('reads no file and fetches no URL that an event names', async () => {
    const { port, mails } = await mailbox();
    for (const details of ['/etc/passwd', 'file:///etc/passwd', 'http://127.0.0.1:1/', 'data:text/plain,x']) {
      await deliver(configured(port), {}, { message: details, details });
      expect(decodeMail(mails.at(-1)?.raw ?? '').body.trimEnd()).toBe(details);
    }
  });

  it('takes recipients from the handler and from templates, else from the configuration', async () => {
    const { port, mails } = await mailbox();
    const toField = ['{{ index .Tags "host" }}@lab.test', '{{ index .Tags "none" }}'];
    await deliver(configured(port), { to: ['one@lab.test', 'One <one@lab.test>'], toField });
    await deliver(configured(port), { toField: ['{{ index .Tags "none" }}'] });
    expect(mails.map(({ to }) => to)).toEqual([['one@lab.test', 'web-1@lab.test'], ['ops@lab.test']]);
  });

  it.each([
    'a@lab.test, b@lab.test',
    'a@lab.test>\r\nRCPT TO:<evil@lab.test',
    '"a"@lab.test',
    'a@lab.test;b@lab.test',
    '@lab.test',
    'a@',
  ])('takes %j for no address, and never for two', async (host) => {
    const { port, mails } = await mailbox();
    const error = await deliver(
      configured(port),
      { toField: ['{{ index .Tags "host" }}'] },
      { tags: { host } },
    );
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(mails).toEqual([]);
  });

  it('never makes more of a text than one address', () => {
    const pieces = fc.constantFrom(
      'a@b.c',
      '<',
      '>',
      ',',
      ';',
      ' ',
      '\r\n',
      '"',
      '\\',
      ':',
      '(',
      '@',
      'RCPT TO:',
      'ä',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const parsed = parseMailAddress(given);
        if (parsed === undefined) return;
        expect(parsed.address).toMatch(/^[^\s<>,;:"()\\@]+@[^\s<>,;:"()\\@]+$/);
        expect(parsed.name).not.toMatch(/[\r\n]/);
        expect(given).toContain(parsed.address);
      }),
    );
  });

  it('shows names of any letters', async () => {
    const { port, mails } = await mailbox();
    const from = 'Käpt "K" <alerts@lab.test>';
    await deliver(configured(port, { from }), { to: ['Öps, Team <ops@lab.test>', '"Q, \\"R" <b@lab.test>'] });
    expect(mails[0]).toMatchObject({ from: 'alerts@lab.test', to: ['ops@lab.test', 'b@lab.test'] });
    const { headers } = decodeMail(mails[0]?.raw ?? '');
    expect(headers.from).toContain('Käpt');
    expect(headers.to).toContain('Öps');
  });

  it('gives every try of a delivery the same message id', async () => {
    const { port, mails } = await mailbox();
    const deliveryId = 'topic/handler:1 ä';
    await deliver(configured(port), {}, {}, { deliveryId });
    await deliver(configured(port), {}, {}, { deliveryId, attempt: 2 });
    const [first, second] = mails.map(({ raw }) => decodeMail(raw).headers['message-id']);
    expect(first).toMatch(/^<[\w.-]+@lab\.test>$/);
    expect(second).toBe(first);
  });

  it('speaks TLS when the server offers it, and checks the certificate', async () => {
    const { port, mails } = await mailbox({ disabledCommands: ['AUTH'] });
    const refused = await deliver(configured(port));
    expect(refused).toMatchObject({ retryable: false, failure: 'config_error' });
    expect(await deliver(configured(port, { noVerify: true }))).toBeUndefined();
    expect(mails.map(({ secure }) => secure)).toEqual([true]);
  });

  it('sends nothing in the open when TLS is required', async () => {
    const { port, mails } = await mailbox();
    expect(await deliver(configured(port, { tls: 'required' }))).toBeInstanceOf(DeliveryError);
    expect(mails).toEqual([]);
  });

  it('speaks TLS from the first byte when told', async () => {
    const { port, mails } = await mailbox({ secure: true });
    expect(await deliver(configured(port, { tls: 'implicit', noVerify: true }))).toBeUndefined();
    expect(mails).toMatchObject([{ secure: true }]);
  });

  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('logs in by %s', async (method) => {
    const { port, mails } = await mailbox({
      authMethods: [method],
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _, done) => {
        const good =
          auth.username === 'joe' &&
          (auth.method === 'CRAM-MD5' ? auth.validatePassword('p:w ü') : auth.password === 'p:w ü');
        done(good ? null : new Error('no'), { user: auth.username });
      },
    });
    const login = { username: 'joe', password: 'p:w ü' };
    expect(await deliver(configured(port, login))).toBeUndefined();
    expect(mails[0]?.user).toBe('joe');
  });

  it.each([
    ['PLAIN', Buffer.from('\0joe\0hush-hush').toString('base64')],
    ['LOGIN', Buffer.from('hush-hush').toString('base64')],
  ])('never shows what a server repeats of a login by %s', async (method, secret) => {
    const host = testHost();
    const server = await smtpReceiver({ ehlo: [`AUTH ${method}`], authReply: `535 ${secret} is wrong` });
    const kind = smtp(configured(server.port, { username: 'joe', password: 'hush-hush' }));
    const handler = await makeHandler(kind, {}, host);
    const error = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(String(error)).toContain('is wrong');
    expect(host.redactor.redact(String(error))).not.toContain(secret);
    await kind.close?.();
    await server.close();
  });

  it('lets a server refuse the login that offers none of those it knows', async () => {
    const { port, mails } = await mailbox({
      authMethods: ['XOAUTH2'],
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(null, { user: 'nobody' }),
    });
    const error = await deliver(configured(port, { username: 'joe', password: 'hush-hush' }));
    expect(error).toMatchObject({ failure: 'auth_error' });
    expect(mails).toEqual([]);
  });

  it('never shows a password, and does not try a wrong one again', async () => {
    const { port } = await mailbox({
      authMethods: ['PLAIN'],
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (auth, _, done) => done(new Error(`${auth.password} is wrong`)),
    });
    const host = testHost();
    const kind = smtp(configured(port, { username: 'joe', password: 'hush-hush' }));
    const handler = await makeHandler(kind, {}, host);
    const error = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(error).toMatchObject({ failure: 'auth_error', retryable: false });
    expect(host.redactor.redact(String(error))).not.toContain('hush-hush');
    await kind.close?.();
  });

  it('keeps one connection for all handlers, and lets it go after a while', async () => {
    const { port, mails, connections, server } = await mailbox();
    const timers = new Map<() => void, number>();
    const clock: Clock = {
      now: () => 0,
      setTimeout(callback, milliseconds) {
        timers.set(callback, milliseconds);
        return { cancel: () => timers.delete(callback) };
      },
    };
    const kind = smtp(configured(port, { idleTimeout: '7s' }));
    const handlers = await Promise.all(
      ['a', 'b', 'c'].map((name) => makeHandler(kind, { to: [`${name}@lab.test`] }, testHost({ clock }))),
    );
    await Promise.all(handlers.map((handler) => handler.handle(testEvent(), testContext())));
    await handlers[0]?.handle(testEvent(), testContext());
    expect(mails.map(({ to }) => to[0])).toEqual(['a@lab.test', 'b@lab.test', 'c@lab.test', 'a@lab.test']);
    expect(connections()).toBe(1);
    expect([...timers.values()]).toEqual([7000]);
    for (const fire of [...timers.keys()]) fire();
    await vi.waitFor(() => expect(server.connections.size).toBe(0));
    await handlers[0]?.handle(testEvent(), testContext());
    expect(connections()).toBe(2);
    await kind.close?.();
  });

  it('delivers again after the server was away', async () => {
    const port = await closedPort();
    const kind = smtp(configured(port));
    const handler = await makeHandler(kind);
    const error = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(error).toMatchObject({ failure: 'network', retryable: true });
    const { mails } = await mailbox({}, port);
    await handler.handle(testEvent(), testContext());
    expect(mails).toHaveLength(1);
    await kind.close?.();
  });

  it.each([
    ['at the greeting', ''],
    ['after EHLO', '220 x\r\n'],
    ['in the middle', '220 x\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n'],
  ])('tells of a server that hangs up %s', (_, replies) =>
    withServer(
      (socket) => {
        const [greeting, ...rest] = replies.split('\r\n').slice(0, -1);
        if (greeting === undefined) socket.destroy();
        else socket.write(`${greeting}\r\n`);
        socket.on('data', () => {
          const reply = rest.shift();
          if (reply === undefined) socket.destroy();
          else socket.write(`${reply}\r\n`);
        });
      },
      async (port) => {
        expect(await deliver(configured(port))).toMatchObject({ failure: 'network', retryable: true });
      },
    ),
  );

  it('stops when the delivery is aborted, and the next mail takes a new connection', async () => {
    let stuck = true;
    await withServer(
      (socket) => {
        if (stuck) return;
        socket.write('220 x\r\n');
        socket.on('data', (data) => socket.write(/^DATA/i.test(String(data)) ? '354 x\r\n' : '250 x\r\n'));
      },
      async (port) => {
        const kind = smtp(configured(port));
        const handler = await makeHandler(kind);
        const delivery = new AbortController();
        const waiting = [1, 2].map(() =>
          rejection(() => handler.handle(testEvent(), testContext({ signal: delivery.signal }))),
        );
        setImmediate(() => delivery.abort());
        expect(await Promise.all(waiting)).toMatchObject([{ failure: 'aborted' }, { failure: 'aborted' }]);
        stuck = false;
        await handler.handle(testEvent(), testContext());
        await kind.close?.();
      },
    );
  });

  it('sends the mail to the others when a recipient is refused, and tries those again that may be later', async () => {
    const busy = new Set(['busy@lab.test']);
    const { port, mails } = await mailbox({
      onRcptTo({ address }, _, done) {
        const code = address === 'gone@lab.test' ? 550 : busy.has(address) ? 450 : 0;
        done(code ? Object.assign(new Error(`no ${address}`), { responseCode: code }) : null);
      },
    });
    const kind = smtp(configured(port));
    const handler = await makeHandler(kind, { to: ['good@lab.test', 'gone@lab.test', 'busy@lab.test'] });
    const first = await rejection(() => handler.handle(testEvent(), testContext()));
    expect(first).toMatchObject({ retryable: true });
    busy.clear();
    const second = await rejection(() => handler.handle(testEvent(), testContext({ attempt: 2 })));
    expect(second).toBeInstanceOf(PermanentDeliveryError);
    expect(String(second)).toContain('gone@lab.test was refused: 550 no gone@lab.test');
    expect(mails.map(({ to }) => to)).toEqual([['good@lab.test'], ['busy@lab.test']]);
    await rejection(() => handler.handle(testEvent(), testContext({ deliveryId: 'another' })));
    expect(mails.at(-1)?.to).toEqual(['good@lab.test', 'busy@lab.test']);
    await kind.close?.();
  });

  it('tells of a mail that is refused for good', async () => {
    const { port } = await mailbox({ onMailFrom: (_, __, done) => done(new Error('go away')) });
    expect(await deliver(configured(port))).toMatchObject({ retryable: false, failure: 'client_error' });
  });

  it('has nobody to write to', async () => {
    expect(String(await deliver(configured(1, { to: [] })))).toContain('no recipient');
  });

  it.each([
    { from: '' },
    { from: 'nobody' },
    { from: 'a@b.test, c@d.test' },
    { from: 'a@b.test', to: ['c@d.test', 'nobody'] },
    { from: 'a@b.test', host: '' },
    { from: 'a@b.test', port: 0 },
    { from: 'a@b.test', idleTimeout: '-1s' },
    { from: 'a@b.test', tls: 'sometimes' },
  ])('refuses the configuration %j', (section) => {
    expect(() => smtp(section as SmtpConfiguration)).toThrow(KindConfigurationError);
  });

  it.each([
    [{ to: 'a@lab.test' }, 'a list of texts'],
    [{ to: ['a@lab.test', 'nobody'] }, "to.1: 'nobody'"],
    [{ toField: ['{{ .X '] }, 'to-field'],
    [{ subject: 'x' }, 'subject'],
  ])('refuses the options %j', async (options, part) => {
    expect(String(await rejection(() => makeHandler(smtp(configured(1)), options)))).toContain(part);
  });
});
