import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';

const TLS = join(import.meta.dirname, '../../../fixtures/tls');

/** How a mail server behaves; replies that are not given are the good ones. */
export interface SmtpBehaviour {
  readonly ehlo?: readonly string[];
  readonly greeting?: string;
  readonly mailReply?: string;
  readonly dataReply?: string;
  readonly authReply?: string;
  readonly rcptReply?: string;
  readonly starttlsReply?: string;
  /** Whether it closes each connection without a word. */
  readonly drop?: boolean;
  /** Replies by recipient. */
  readonly rcpt?: Readonly<Record<string, string>>;
}

/** A mail as it came. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body, dots unstuffed. */
  readonly raw: string;
}

/** One connection of a client. */
export interface SmtpSession {
  readonly commands: string[];
  readonly messages: ReceivedMail[];
  tls: boolean;
}

/** A mail server that writes down what it is told. */
export interface SmtpReceiver {
  readonly port: number;
  readonly sessions: readonly SmtpSession[];
  close(): Promise<void>;
}

/** Starts a mail server on 127.0.0.1. */
export async function smtpReceiver(behaviour: SmtpBehaviour): Promise<SmtpReceiver> {
  const sessions: SmtpSession[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const session: SmtpSession = { commands: [], messages: [], tls: false };
    sessions.push(session);
    if (behaviour.drop === true) {
      socket.destroy();
      return;
    }
    const greeting = behaviour.greeting ?? '220 lab.test';
    socket.write(`${greeting}\r\n`);
    if (!greeting.startsWith('2')) socket.end();
    else converse(socket, session, behaviour);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sessions,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(socket: Socket, session: SmtpSession, behaviour: SmtpBehaviour): void {
  let pending = '';
  let from = '';
  let to: string[] = [];
  let data: string[] | undefined;
  let awaiting: ((line: string) => string) | undefined;

  const answer = (line: string): string => {
    const [, verb = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case 'EHLO': {
        const offered = (behaviour.ehlo ?? []).filter((name) => name !== 'STARTTLS' || !session.tls);
        const lines = ['lab.test', ...offered];
        return lines.map((text, index) => `250${index === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n');
      }
      case 'HELO':
      case 'RSET':
      case 'NOOP':
        return '250 ok';
      case 'AUTH':
        return login(rest);
      case 'MAIL':
        from = rest.replace(/^FROM:/i, '');
        to = [];
        return behaviour.mailReply ?? '250 ok';
      case 'RCPT': {
        const recipient = rest.replace(/^TO:/i, '');
        const reply = behaviour.rcpt?.[recipient.replace(/^<|>$/g, '')] ?? behaviour.rcptReply ?? '250 ok';
        if (reply.startsWith('2')) to.push(recipient);
        return reply;
      }
      case 'DATA':
        data = [];
        return '354 go on';
      case 'QUIT':
        return '221 bye';
      default:
        return '500 what?';
    }
  };

  const login = (rest: string): string => {
    const done = behaviour.authReply ?? '235 welcome';
    const [method = '', initial] = rest.split(' ');
    if (method.toUpperCase() === 'LOGIN') {
      awaiting = () => {
        awaiting = () => done;
        return '334 UGFzc3dvcmQ6';
      };
      return '334 VXNlcm5hbWU6';
    }
    if (initial !== undefined) return done;
    awaiting = () => done;
    return `334 ${Buffer.from('<1896.697170952@lab.test>').toString('base64')}`;
  };

  const onLine = (line: string): void => {
    if (data !== undefined) {
      if (line !== '.') {
        data.push(line.replace(/^\./, ''));
        return;
      }
      session.messages.push({ from, to, raw: data.map((text) => `${text}\r\n`).join('') });
      data = undefined;
      socket.write(`${behaviour.dataReply ?? '250 taken'}\r\n`);
      return;
    }
    session.commands.push(line);
    if (line.toUpperCase() === 'STARTTLS') {
      const reply = behaviour.starttlsReply ?? '220 go on';
      socket.write(`${reply}\r\n`);
      if (!reply.startsWith('2')) return;
      socket.removeAllListeners('data');
      const secureContext = createSecureContext({
        cert: readFileSync(join(TLS, 'server.pem')),
        key: readFileSync(join(TLS, 'server.key')),
      });
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => undefined);
      secure.on('secure', () => {
        session.tls = true;
      });
      converse(secure, session, behaviour);
      return;
    }
    const next = awaiting;
    awaiting = undefined;
    const reply = next ? next(line) : answer(line);
    socket.write(`${reply}\r\n`);
    if (reply.startsWith('221')) socket.end();
  };

  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1');
    for (let end = pending.indexOf('\r\n'); end !== -1; end = pending.indexOf('\r\n')) {
      const line = Buffer.from(pending.slice(0, end), 'latin1').toString('utf8');
      pending = pending.slice(end + 2);
      onLine(line);
    }
  });
}
