import { describe, expect, it } from 'vitest';
import { KindConfigurationError, RuleTestError } from '../../src/errors.ts';
import { alertMatchers, at, batchAt, every, testRule, testTopics } from '../../src/testing/index.ts';

const RULE = { topic: 'cpu', crit: '"idle" < 10' };
const NO_LISTS = [null, undefined, 5, 'CRITICAL', {}];
const NO_OBJECTS = [null, 5, 'CRITICAL', []];

describe('what must be a list', () => {
  it.each(NO_LISTS)('is not %j', async (given) => {
    const none = given as never;
    const rule = testRule(RULE).feed(at('0s', { fields: { idle: 4 } }));
    const wrong = (attempt: () => unknown): void => {
      expect(attempt).toThrow(RuleTestError);
      expect(attempt).toThrow('must be a list, got ');
    };
    wrong(() => rule.expectEvents(none));
    wrong(() => rule.expectTrace(none));
    wrong(() => alertMatchers.toHaveEvents(rule, none));
    wrong(() => every('10s', none));
    wrong(() => rule.feed(batchAt('1m', { points: none })));
    await using topics = await testTopics({
      rules: [RULE],
      specs: [{ topic: 'cpu', id: 'ops', kind: 'slack' }],
    });
    wrong(() => topics.expectDeliveries({ ops: none }));
    wrong(() => topics.expectEvents(none));
    if (given === undefined) return;
    for (const option of ['specs', 'kinds', 'scripts'])
      await expect(testTopics({ [option]: none }), option).rejects.toThrow(`${option} must be a list, got`);
  });
});

describe('what must be an object', () => {
  it.each(NO_OBJECTS)('is not %j', async (given) => {
    const none = given as never;
    const wrong = (attempt: () => unknown): void => {
      expect(attempt).toThrow(RuleTestError);
      expect(attempt).toThrow('must be an object, got ');
    };
    wrong(() => testRule(none));
    wrong(() => testRule(RULE, none));
    wrong(() => testRule(RULE).feed(at('0s', none)));
    wrong(() => testRule(RULE).feed(batchAt('0s', none)));
    wrong(() => testRule(RULE).feed(batchAt('0s', { points: [none] })));
    await using topics = await testTopics({ rules: [RULE] });
    wrong(() => topics.expectDeliveries(none));
    wrong(() => alertMatchers.toHaveDelivered(topics, none));
    await expect(testTopics(none)).rejects.toThrow(RuleTestError);
    await expect(testTopics({ specs: [none] })).rejects.toThrow('specs[0] must be an object, got');
    await expect(testTopics({ scripts: [none] })).rejects.toThrow('scripts[0] must be an object, got');
    await expect(testTopics({ kinds: [none] })).rejects.toThrow(KindConfigurationError);
  });
});

describe('a step', () => {
  it.each([[null], [5], [{}], [{ step: 'nope' }]])('is not %j', (given) => {
    expect(() => testRule(RULE).feed(given as never)).toThrow('what at(), every(), gap()');
    expect(() => testRule(RULE).feed(given as never)).toThrow(RuleTestError);
  });

  it('is not a list of steps', async () => {
    const steps = [at('0s', { fields: { idle: 4 } })];
    expect(() => testRule(RULE).feed(steps as never)).toThrow('Spread the list: feed(...steps).');
    await using topics = await testTopics({ rules: [RULE] });
    await expect(topics.feed(steps as never)).rejects.toThrow('Spread the list');
  });
});
