import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DELIVERY_OPTION_NAMES } from '../../src/delivery/delivery-options.ts';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import { described, duration, integer, optionsSchema, text } from '../../src/handler/options.ts';
import { log, talk } from '../../src/handlers/index.ts';
import { DELIVERY_JSON_SCHEMA } from '../../src/spec/delivery-json-schema.ts';
import { handlerFileSchema } from '../../src/spec/handler-file-schema.ts';
import { SPEC_KEYS } from '../../src/spec/handler-spec.ts';

const convert = (schema: unknown) => ({
  ...toJsonSchema(schema as v.GenericSchema, { typeMode: 'input', errorMode: 'ignore' }),
});
const create = () => ({ handle: () => undefined });
const sms = defineHandlerKind({ kind: 'sms', options: v.strictObject({ to: v.string() }), create });
const wait = defineHandlerKind({
  kind: 'wait',
  options: optionsSchema({ 'wait-for': described(duration, 'How long.'), why: text }),
  create,
});

describe('handlerFileSchema', () => {
  it('knows the options of each kind', () => {
    const schema = handlerFileSchema([wait, sms], { convert });
    expect(schema.$defs).toEqual({
      sms: {
        type: 'object',
        properties: { to: { type: 'string' } },
        required: ['to'],
        additionalProperties: false,
      },
      wait: {
        type: ['object', 'null'],
        properties: {
          'wait-for': { type: ['string', 'number'], description: 'How long.' },
          why: { type: 'string' },
        },
        additionalProperties: false,
      },
    });
    expect(schema.properties).toMatchObject({ kind: { enum: ['sms', 'wait'] } });
  });

  it('says what integers mean, and holds nothing that JSON cannot', () => {
    const entries = { port: described(integer, 'Its port.'), codes: v.array(integer) };
    const ours = defineHandlerKind({ kind: 'ours', options: optionsSchema(entries), create });
    const theirs = defineHandlerKind({ kind: 'theirs', options: v.strictObject(entries), create });
    const { ours: one, theirs: other } = handlerFileSchema([ours, theirs], { convert }).$defs as Record<
      string,
      { readonly properties: unknown }
    >;
    expect(one?.properties).toEqual({
      port: { type: 'number', description: 'Its port.' },
      codes: { type: 'array', items: { type: 'number' } },
    });
    expect(other?.properties).toEqual(one?.properties);
  });

  it('lets a kind take options that it does not know', () => {
    const { $defs } = handlerFileSchema([talk({ enabled: false }), log()], { convert });
    expect($defs).toMatchObject({ log: { additionalProperties: false } });
    expect(($defs as { readonly talk: unknown }).talk).toEqual({
      type: ['object', 'null'],
      description: 'What it does not know is not used.',
      properties: {},
    });
  });

  it('knows every key of a handler file', () => {
    const { properties } = handlerFileSchema([sms], { convert });
    expect(Object.keys(properties as object).sort()).toEqual([...SPEC_KEYS].sort());
  });

  it('knows every option of delivery', () => {
    const { properties } = DELIVERY_JSON_SCHEMA;
    expect(Object.keys(properties as object).sort()).toEqual([...DELIVERY_OPTION_NAMES].sort());
  });

  it('brings kind and options together', () => {
    const { allOf } = handlerFileSchema([sms], { convert });
    expect(allOf).toEqual([
      {
        if: { properties: { kind: { const: 'sms' } }, required: ['kind'] },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema names it so
        then: { properties: { options: { $ref: '#/$defs/sms' } } },
      },
    ]);
  });

  it('writes draft-07 with its own words', () => {
    const schema = handlerFileSchema([sms], { convert, draft: '07' });
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(Object.keys(schema)).toContain('definitions');
    expect(JSON.stringify(schema)).toContain('#/definitions/sms');
  });
});
