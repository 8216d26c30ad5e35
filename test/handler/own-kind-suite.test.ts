import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { defineHandlerKind } from '../../src/handler/handler-kind.ts';
import type { StandardSchema } from '../../src/handler/standard-schema.ts';
import { handlerKindSuite } from '../../src/testing/handler-kind-suite.ts';

const failures = async (kind: ReturnType<typeof sms>, sent: string[]) => {
  const suite = handlerKindSuite({
    kind: () => kind,
    options: () => ({ to: '1' }),
    arrived: (event) => {
      if (sent.at(-1) !== event.message) throw new Error('nothing arrived');
    },
  });
  const failed: string[] = [];
  for (const { name, run } of suite) await run().catch(() => failed.push(name));
  return failed;
};

const sms = (sent: string[], options: StandardSchema<unknown, object> = v.strictObject({ to: v.string() })) =>
  defineHandlerKind<object>({
    kind: 'sms',
    options,
    optionNames: ['to'],
    create: () => ({ handle: (event) => void sent.push(event.message) }),
  });

describe('handlerKindSuite', () => {
  it('finds out a kind that delivers nothing', async () => {
    const kind = { ...sms([]), create: () => ({ handle: () => undefined }) };
    expect(await failures(kind, [])).toEqual(['delivers an event']);
  });

  it('finds out a kind that takes any options', async () => {
    const sent: string[] = [];
    expect(await failures(sms(sent, v.looseObject({})), sent)).toEqual([
      'refuses options that it does not know, by name',
    ]);
  });

  it('finds out a kind whose close does harm', async () => {
    const sent: string[] = [];
    let closed = 0;
    const kind = {
      ...sms(sent),
      close: () => {
        if (++closed === 4) throw new Error('closed twice');
      },
    };
    expect(await failures(kind, sent)).toContain('takes a second close without harm');
  });
});
