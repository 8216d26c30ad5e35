import { TemplateError } from '../../src/errors.ts';
import { compileTemplate, type TemplateOptions } from '../../src/template/index.ts';

/** Renders a message template over data. */
export function render(source: string, data: object = {}, options: Partial<TemplateOptions> = {}): string {
  return compileTemplate(source, { name: 'message', dataType: 'message', ...options }).render(data);
}

/** Renders a details template over data. */
export function renderHtml(source: string, data: object = {}): string {
  return render(source, data, { name: 'details', dataType: 'details', html: true, json: true });
}

/** The error that a template ends in. */
export function failure(
  source: string,
  data: object = {},
  options: Partial<TemplateOptions> = {},
): TemplateError {
  try {
    render(source, data, options);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error(`${source} did not fail`);
}
