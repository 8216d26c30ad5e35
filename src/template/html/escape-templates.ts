import type { Escaped } from '../execute/compiler.ts';
import { printed } from '../fmt/display.ts';
import { escapeHtml } from '../functions/escape-text.ts';
import type { StatementNode, TemplateNode } from '../syntax/node.ts';
import type { TemplateOrigin } from '../syntax/template-syntax-error.ts';
import type { Value } from '../value/value.ts';

/** Decides for every action of a template how its value is escaped. */
export function escapeTemplates(
  parsed: ReadonlyMap<string, TemplateNode>,
  _name: string,
  _origin: TemplateOrigin,
): ReadonlyMap<string, Escaped> {
  const escape = (value: Value | undefined): string =>
    escapeHtml(value === undefined ? '' : printed([value])).replaceAll('+', '&#43;');
  return new Map(
    [...parsed].map(([name, template]) => {
      const escapes = new Map<StatementNode, typeof escape>();
      const visit = (body: readonly StatementNode[]): void => {
        for (const node of body) {
          if (node.kind === 'action') escapes.set(node, escape);
          else if ('body' in node) {
            visit(node.body);
            visit(node.otherwise);
          }
        }
      };
      visit(template.body);
      return [name, { template, escapes, texts: new Map(), calls: new Map() }];
    }),
  );
}
