import { atSpan, TemplateError } from '../../errors.ts';

/** Where a template's text came from. */
export interface TemplateOrigin {
  /** The template's text. */
  readonly source: string;
  /** The file that it stands in. */
  readonly file?: string;
}

/** The error for a template that cannot be parsed. */
export function templateSyntaxError(
  origin: TemplateOrigin,
  offset: number,
  length: number,
  reason: string,
  cure?: string,
): TemplateError {
  const { source, file } = origin;
  return new TemplateError('TEMPLATE_PARSE', reason, {
    ...atSpan({ source, offset, length, ...(file === undefined ? {} : { file }) }),
    ...(cure === undefined ? {} : { cure }),
  });
}
