import { Buffer } from 'node:buffer';
import * as v from 'valibot';
import type { AlertEvent } from '../alert/event.ts';
import { DeliveryError, KindConfigurationError, PermanentDeliveryError } from '../errors.ts';
import type { HandlerContext, HandlerHost } from '../handler/handler.ts';
import {
  configDuration,
  described,
  flag,
  integer,
  type OptionsInput,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  texts,
} from '../handler/options.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import { singleSectionEntries } from './shared/entries.ts';
import { missingPeer } from './shared/missing-peer.ts';
import { noteSecret } from './shared/note-secret.ts';
import { optionTemplate } from './shared/option-template.ts';
import { refineOptions } from './shared/refine-options.ts';
import { type ConfiguredKind, configure } from './shared/sections.ts';
import { DeliveredRecipients } from './smtp/delivered-recipients.ts';
import { type MailAddress, parseMailAddress } from './smtp/mail-address.ts';
import { type Composer, mailMessage } from './smtp/mail-message.ts';
import { type RefusedRecipient, SmtpClient } from './smtp/smtp-client.ts';

type ConfigurationSchemas = typeof singleSectionEntries & {
  readonly host: typeof text;
  readonly port: typeof integer;
  readonly username: typeof text;
  readonly password: typeof text;
  readonly tls: v.GenericSchema<'starttls' | 'required' | 'implicit'>;
  readonly 'no-verify': typeof flag;
  readonly from: typeof text;
  readonly to: typeof texts;
  readonly 'idle-timeout': typeof configDuration;
};

const configuration: OptionsSchema<ConfigurationSchemas> = optionsSchema<ConfigurationSchemas>({
  ...singleSectionEntries,
  host: described(text, 'The mail server. Default localhost.'),
  port: described(integer, 'Its port. Default 25.'),
  username: described(text, 'The user to log in as, when the server offers a login.'),
  password: described(text, 'The password to log in with.'),
  tls: described(
    v.picklist(['starttls', 'required', 'implicit'], "'starttls', 'required' or 'implicit'"),
    'starttls: TLS when the server offers it; required: or nothing is sent; implicit: TLS from the first byte, as on port 465. Default starttls.',
  ),
  'no-verify': described(flag, "Leave the server's certificate unchecked. Default false."),
  from: described(text, 'The sender: ops@example.org or Ops <ops@example.org>. Required.'),
  to: described(texts, 'The recipients of handlers that end up with none.'),
  'idle-timeout': described(
    configDuration,
    'How long the connection is kept open after a mail. Default 30s.',
  ),
});

type OptionSchemas = {
  readonly to: typeof texts;
  readonly 'to-field': typeof texts;
};

const options: OptionsSchema<OptionSchemas> = refineOptions(
  optionsSchema<OptionSchemas>({
    to: described(texts, 'The recipients.'),
    'to-field': described(
      texts,
      'More recipients, from templates over the event: Name, TaskName, Group, Tags, Fields. Empty results are skipped.',
    ),
  }),
  ({ to = [] }) =>
    to.flatMap((address, index) =>
      parseMailAddress(address)
        ? []
        : [{ message: `to.${index}: '${address}' is no mail address`, path: ['to', index] }],
    ),
);

/** The mail server: what Kapacitor has in its `[smtp]` section. */
export type SmtpConfiguration = OptionsInput<ConfigurationSchemas>;

/** What an smtp handler may be told in its handler file, checked. */
export type SmtpOptions = OptionsOutput<OptionSchemas>;

const DEFAULT_PORT = 25;
const DEFAULT_IDLE_TIMEOUT = 30_000;

/**
 * The `smtp` kind: sends a mail for each event, its message as the subject, its details as the HTML body.
 * Needs the package `nodemailer`.
 *
 * @param configured The mail server and the sender.
 * @throws {KindConfigurationError} When the configuration is wrong.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { smtp } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [smtp({ host: 'mail.example.org', from: 'alerts@example.org' })] });
 * await alerts.define({ id: 'mail', topic: 'cpu', kind: 'smtp', options: { to: ['ops@example.org'] } });
 * ```
 */
export function smtp(configured: SmtpConfiguration): ConfiguredKind<SmtpOptions> {
  const sections = configure(
    { kind: 'smtp', schema: configuration, secrets: ['password'], check: sectionProblem },
    configured,
  );
  let client: SmtpClient | undefined;
  return {
    kind: 'smtp',
    options,
    optionNames: options.names,
    configuration,
    sections: sections.info,
    create: (given, host) =>
      sections.connect(host, undefined, async (section) => {
        noteLogin(section, host);
        const { Connection, composer } = await importNodemailer();
        client ??= new SmtpClient(Connection, settingsOf(section), host.clock);
        return mailHandler(client, composer, section, given, host);
      }),
    async close() {
      await client?.close();
      client = undefined;
    },
  };
}

type Section = OptionsOutput<ConfigurationSchemas>;

function mailHandler(
  client: SmtpClient,
  composer: Composer,
  section: Section,
  given: SmtpOptions,
  host: HandlerHost,
): { handle(event: AlertEvent, context: HandlerContext): Promise<void> } {
  const from = addressOf(section.from ?? '');
  const fields = (given.toField ?? []).map((source) =>
    optionTemplate('smtp', 'to-field', source, host, { data: 'eventData' }),
  );
  const delivered = new DeliveredRecipients();
  return {
    async handle(event, { signal, deliveryId }) {
      const problems: string[] = [];
      const rendered = fields.map((render) => {
        try {
          return render(event);
        } catch (error) {
          // One template that fails must not keep the mail from the others.
          if (!(error instanceof DeliveryError)) throw error;
          problems.push(error.reason);
          return '';
        }
      });
      const named = [...(given.to ?? []), ...rendered.filter((address) => address !== '')];
      const to: MailAddress[] = [];
      for (const recipient of named.length > 0 ? named : (section.to ?? [])) {
        const address = parseMailAddress(recipient);
        if (address) to.push(address);
        else problems.push(`'${recipient}' is no mail address`);
      }
      const open = delivered.open(deliveryId, to);
      let refused: readonly RefusedRecipient[] = [];
      if (open.length > 0) {
        const message = await mailMessage(composer, {
          from,
          to,
          subject: event.message,
          html: event.details,
          date: new Date(host.clock.now()),
          messageId: `${deliveryId.replace(/[^\w.-]/g, '_')}@${from.address.split('@')[1]}`,
        });
        const outcome = await client.send({ from: from.address, to: open, message }, signal);
        refused = outcome.refused;
        delivered.add(deliveryId, outcome.accepted);
      } else if (to.length === 0 && problems.length === 0) {
        problems.push('there is no recipient');
      }
      report(problems, refused);
      delivered.forget(deliveryId);
    },
  };
}

/** Servers repeat commands that they do not like, and a login is one, in base64. */
function noteLogin({ username = '', password = '' }: Section, host: HandlerHost): void {
  if (password === '') return;
  for (const text of [password, `\0${username}\0${password}`]) {
    noteSecret(host, Buffer.from(text).toString('base64'));
  }
}

/** Throws when somebody did not get the mail; temporary refusals first, since the next try is for them. */
function report(problems: readonly string[], refused: readonly RefusedRecipient[]): void {
  if (problems.length === 0 && refused.length === 0) return;
  const texts = [
    ...problems,
    ...refused.map(({ address, response }) => `${address} was refused: ${response}`),
  ];
  const reason = `smtp: ${texts.join('; ')}`;
  if (refused.some(({ temporary }) => temporary)) {
    throw new DeliveryError(reason, { failure: 'server_error' });
  }
  throw new PermanentDeliveryError(reason, {
    failure: problems.length > 0 ? 'config_error' : 'client_error',
  });
}

function settingsOf(section: Section): ConstructorParameters<typeof SmtpClient>[1] {
  const { host = 'localhost', port = DEFAULT_PORT, tls = 'starttls', noVerify = false } = section;
  const { username = '', password = '', idleTimeout = DEFAULT_IDLE_TIMEOUT } = section;
  return {
    host,
    port,
    tls,
    verify: !noVerify,
    idleTimeout,
    ...(username !== '' && { login: { username, password } }),
  };
}

function sectionProblem(section: Section): string | undefined {
  const { host = 'localhost', port = DEFAULT_PORT, from = '', to = [], idleTimeout = 0 } = section;
  if (host === '') return 'host must not be empty';
  if (port < 1 || port > 65535) return `port must be from 1 to 65535, got ${port}`;
  if (idleTimeout < 0) return 'idle-timeout must not be negative';
  const isBad = (address: string): boolean =>
    !hasSecretReference(address) && parseMailAddress(address) === undefined;
  if (isBad(from)) return `from must be a mail address, got '${from}'`;
  const bad = to.find(isBad);
  return bad === undefined ? undefined : `to must be a list of mail addresses, got '${bad}'`;
}

function addressOf(from: string): MailAddress {
  const address = parseMailAddress(from);
  if (address === undefined) throw new KindConfigurationError('smtp', 'from is no mail address');
  return address;
}

async function importNodemailer(): Promise<{
  readonly Connection: ConstructorParameters<typeof SmtpClient>[0];
  readonly composer: Composer;
}> {
  const missing = missingPeer('smtp', 'nodemailer');
  const [connection, node, functions] = await Promise.all([
    import('nodemailer/lib/smtp-connection').catch(missing),
    import('nodemailer/lib/mime-node').catch(missing),
    import('nodemailer/lib/mime-funcs').catch(missing),
  ]);
  return {
    Connection: connection.default,
    composer: { MimeNode: node.default, encodeWord: functions.encodeWord },
  };
}
