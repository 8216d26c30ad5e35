import { smtp } from '../../../../src/handlers/smtp.ts';
import type { Suite } from '../../suite.ts';
import { type WireCase, wireSuite } from './case.ts';
import { fillPlaceholders } from './event.ts';
import { decodeMail } from './mail.ts';
import { sectionOf } from './section.ts';
import { serviceTest } from './service-test.ts';
import { type ReceivedMail, type SmtpBehaviour, type SmtpSession, smtpReceiver } from './smtp-receiver.ts';
import { closedPort } from './tcp-receiver.ts';

interface CapturedSession extends Omit<SmtpSession, 'messages'> {
  readonly messages: readonly ReceivedMail[];
}

export const suite: Suite = wireSuite(
  async (raw) => {
    const receiver = await smtpReceiver(raw.server as SmtpBehaviour);
    const closed = await closedPort();
    const { port = receiver.port, ...section } = (raw.config.smtp ?? {}) as { readonly port?: unknown };
    const ports: Readonly<Record<string, number>> = { '@PORT@': receiver.port, '@CLOSEDPORT@': closed };
    const vector = fillPlaceholders(raw, { '@ADDR@': `127.0.0.1:${receiver.port}`, '@HOST@': '127.0.0.1' });
    const names = { subject: 'message', body: 'details' };
    const test = vector.via === 'serviceTest' ? serviceTest('smtp', vector, names) : undefined;
    return {
      kind: () =>
        smtp({ ...sectionOf(section), port: ports[String(port)] ?? port } as Parameters<typeof smtp>[0]),
      options: test?.options ?? vector.options,
      ...(test && { events: [test.event] }),
      captured: () => ({ sessions: compared(receiver.sessions) }),
      close: () => receiver.close(),
    };
  },
  ({ captured }: WireCase) => ({ sessions: compared((captured.sessions ?? []) as CapturedSession[]) }),
);

/**
 * The parts of sessions that are compared: what was said and what the mails say, not how their MIME is laid out.
 * RSET, which strict servers want after a refusal, what is said after a refused login, the mention of an extension
 * that is not used, and sessions that only greet do not count.
 */
function compared(sessions: readonly CapturedSession[]): unknown {
  return sessions
    .map(({ commands, tls, messages }) => ({
      commands: untilRefusedLogin(commands)
        .filter((command) => command !== 'RSET')
        .map(withoutDigest)
        .map(withoutSmtpUtf8),
      tls,
      messages: messages.map(comparedMail),
    }))
    .filter(({ commands }) => commands.some((command) => !/^(EHLO|QUIT)/.test(command)));
}

/** Go gives up a login with an asterisk; the connection is of no use then. */
function untilRefusedLogin(commands: readonly string[]): readonly string[] {
  const end = commands.indexOf('*');
  return end === -1 ? commands : commands.slice(0, end);
}

function withoutSmtpUtf8(command: string): string {
  return command.replace(/ SMTPUTF8$/, '');
}

/** The answer to a challenge holds the user and a digest of what the server has made up. */
function withoutDigest(command: string, index: number, commands: readonly string[]): string {
  return commands[index - 1] === 'AUTH CRAM-MD5'
    ? Buffer.from(command, 'base64')
        .toString()
        .replace(/ [0-9a-f]+$/, ' <DIGEST>')
    : command;
}

function comparedMail({ from, to, raw }: ReceivedMail): unknown {
  const { headers, body } = decodeMail(raw);
  return {
    from: withoutSmtpUtf8(from),
    to,
    mimeVersion: headers['mime-version'],
    dated: headers.date !== undefined,
    // Quoting differs where it need not be.
    sender: headers.from?.replace(/["\\<>]/g, ''),
    recipients: headers.to?.replace(/["\\<>]/g, ''),
    // No subject at all says the same as an empty one.
    subject: headers.subject ?? '',
    contentType: headers['content-type']?.toLowerCase(),
    encoding: headers['content-transfer-encoding'],
    body: body.replace(/\r\n$/, ''),
  };
}
