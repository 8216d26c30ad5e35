import * as v from 'valibot';
import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { DELIVERY_JSON_SCHEMA } from './delivery-json-schema.ts';

/** A JSON Schema, or a piece of one. */
export type JsonSchema = { readonly [key: string]: unknown };

/** How {@link handlerFileSchema} makes a schema. */
export interface HandlerFileSchemaOptions {
  /**
   * Turns the schema of options, or of one option, into JSON Schema. Those of this library's kinds are made with
   * valibot, so `toJsonSchema` of `@valibot/to-json-schema` does for them.
   */
  readonly convert: (schema: unknown) => JsonSchema;
  /**
   * The draft to write.
   * @default '2020-12'
   */
  readonly draft?: '2020-12' | '07';
}

const DRAFTS = {
  '2020-12': { uri: 'https://json-schema.org/draft/2020-12/schema', definitions: '$defs' },
  '07': { uri: 'http://json-schema.org/draft-07/schema#', definitions: 'definitions' },
} as const;

/**
 * A JSON Schema for handler files, with the options of the given kinds, so that editors complete and check them.
 * Options are named as Kapacitor names them.
 *
 * @example
 * ```ts
 * import { toJsonSchema } from '@valibot/to-json-schema';
 * import { type AnyHandlerKind, handlerFileSchema } from 'tocsin';
 *
 * function schemaFor(kinds: readonly AnyHandlerKind[]): string {
 *   const convert = (schema: unknown) =>
 *     ({ ...toJsonSchema(schema as never, { typeMode: 'input', errorMode: 'ignore' }) });
 *   return JSON.stringify(handlerFileSchema(kinds, { convert }), undefined, 2);
 * }
 * ```
 */
export function handlerFileSchema(
  kinds: readonly AnyHandlerKind[],
  { convert, draft = '2020-12' }: HandlerFileSchemaOptions,
): JsonSchema {
  const { uri, definitions } = DRAFTS[draft];
  const sorted = [...kinds].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const text = (description: string): JsonSchema => ({ type: 'string', description });
  return {
    $schema: uri,
    title: 'A tocsin handler file',
    type: 'object',
    required: ['topic', 'id', 'kind'],
    additionalProperties: false,
    properties: {
      topic: text('The topic whose events the handler gets.'),
      id: text('The name of the handler on its topic.'),
      kind: { enum: sorted.map(({ kind }) => kind), description: 'What the handler does.' },
      match: {
        type: ['string', 'object', 'null'],
        description:
          'An expression: only events for which it is true reach the handler. A map such as {expr: …} is one of another dialect.',
        maxProperties: 1,
      },
      options: { type: ['object', 'null'], description: 'The options of the kind.' },
      message: text('A template that replaces the message of events, for this handler only.'),
      details: text('A template that replaces the details of events, for this handler only.'),
      delivery: DELIVERY_JSON_SCHEMA,
    },
    allOf: sorted.map(({ kind }) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema names it so
      then: { properties: { options: { $ref: `#/${definitions}/${kind}` } } },
    })),
    [definitions]: Object.fromEntries(sorted.map((kind) => [kind.kind, optionsOf(kind, convert)])),
  };
}

function optionsOf({ options }: AnyHandlerKind, convert: HandlerFileSchemaOptions['convert']): JsonSchema {
  const entries = entriesOf(options);
  // A valibot object has entries too, but says itself whether it takes more.
  if (options['~standard'].vendor !== 'tocsin') return withMeanings(tidy(convert(options)), entries);
  const properties = Object.entries(entries).map(([name, schema]) => [name, tidy(convert(schema))] as const);
  const open = 'open' in options && options.open === true;
  return withMeanings(
    {
      type: ['object', 'null'],
      ...(open ? { description: 'What it does not know is not used.' } : { additionalProperties: false }),
      properties: Object.fromEntries(properties),
    },
    entries,
  );
}

function entriesOf(options: object): Readonly<Record<string, unknown>> {
  const entries = 'entries' in options ? options.entries : undefined;
  return typeof entries === 'object' && entries !== null ? (entries as Record<string, unknown>) : {};
}

/** Puts in what options mean: converters of inputs drop what comes after a transformation. */
function withMeanings(schema: JsonSchema, entries: Readonly<Record<string, unknown>>): JsonSchema {
  const { properties } = schema;
  if (typeof properties !== 'object' || properties === null) return schema;
  const described = Object.entries(properties).map(([name, property]) => {
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    const description = isValibot(entry) ? v.getDescription(entry) : undefined;
    return [name, { ...property, ...(description !== undefined && { description }) }] as const;
  });
  return { ...schema, properties: Object.fromEntries(described) };
}

function isValibot(schema: unknown): schema is v.GenericSchema {
  return typeof schema === 'object' && schema !== null && 'kind' in schema && schema.kind === 'schema';
}

/** Leaves out what says nothing: the draft of a piece, and alternatives that JSON cannot hold (a bigint). */
function tidy({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return tidyPart(schema) as JsonSchema;
}

function tidyPart(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(tidyPart);
  if (typeof part !== 'object' || part === null) return part;
  const tidied = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, tidyPart(value)]));
  const { anyOf, ...rest } = tidied;
  if (!Array.isArray(anyOf)) return tidied;
  const kept = anyOf.filter((one: object) => Object.keys(one).length > 0);
  if (kept.length === 1) return { ...rest, ...kept[0] };
  const plain = kept.every((one: object) => Object.keys(one).join() === 'type');
  return plain ? { type: kept.map(({ type }) => type), ...rest } : { ...rest, anyOf: kept };
}
