/** Why HTML cannot be escaped, thrown inside this folder only: whoever knows the place makes an error of it. */
export class HtmlFault extends Error {
  /** Where in the text that was looked at; not given, it is about all of it. */
  readonly at: number | undefined;
  /** What to do about it. */
  readonly cure: string | undefined;

  constructor(reason: string, at: number | undefined, cure?: string) {
    super(reason);
    this.name = 'HtmlFault';
    this.at = at;
    this.cure = cure;
  }
}
