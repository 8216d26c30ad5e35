import { atSpan, TickscriptError } from '../../errors.ts';
import type { Span } from './script.ts';

/** The text of a script, which every error points into. */
export class ScriptSource {
  /** The text. */
  readonly text: string;
  /** The file that it came from. */
  readonly file: string | undefined;

  constructor(text: string, file?: string) {
    this.text = text;
    this.file = file;
  }

  /** The error for a piece of the text. */
  error(span: Span, reason: string, cure?: string, cause?: unknown): TickscriptError {
    const { text: source, file } = this;
    const length = Math.max(1, span.end - span.start);
    return new TickscriptError(reason, {
      ...atSpan({ source, offset: span.start, length, ...(file !== undefined && { file }) }),
      ...(cure !== undefined && { cure }),
      ...(cause !== undefined && { cause }),
    });
  }

  /** Throws the error for a piece of the text. */
  fail(span: Span, reason: string, cure?: string, cause?: unknown): never {
    throw this.error(span, reason, cure, cause);
  }
}
