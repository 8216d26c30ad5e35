import type * as mimeFuncs from 'nodemailer/lib/mime-funcs';
import type MimeNode from 'nodemailer/lib/mime-node';
import type { MailAddress } from './mail-address.ts';

/** The parts of nodemailer that compose a mail. */
export interface Composer {
  readonly MimeNode: typeof MimeNode;
  readonly encodeWord: typeof mimeFuncs.encodeWord;
}

/** What a mail says. */
export interface MailContent {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly subject: string;
  readonly html: string;
  readonly date: Date;
  /** Without angle brackets. */
  readonly messageId: string;
}

const LONGEST_WORD = 52;

/** Header and body of a mail of one part, as bytes. Nothing in it is ever taken for a path or a URL. */
export function mailMessage(composer: Composer, content: MailContent): Promise<Uint8Array> {
  const { from, to, subject, html, date, messageId } = content;
  const node = new composer.MimeNode('text/html; charset=UTF-8', {
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
  });
  node.setHeader('From', { ...from });
  node.setHeader(
    'To',
    to.map((address) => ({ ...address })),
  );
  node.setHeader('Subject', subjectHeader(composer, subject));
  node.setHeader('Date', date);
  node.setHeader('Message-ID', `<${messageId}>`);
  node.setHeader('Content-Transfer-Encoding', 'quoted-printable');
  node.setContent(html);
  return node.build();
}

/** Newlines and all that is not printable ASCII go into encoded words, so that the subject arrives as it is. */
function subjectHeader(
  { encodeWord }: Composer,
  subject: string,
): string | { prepared: true; value: string; foldLines: true } {
  if (/^[\x20-\x7e]*$/.test(subject) && !subject.includes('=?')) return subject;
  return { prepared: true, value: encodeWord(subject, 'Q', LONGEST_WORD), foldLines: true };
}
