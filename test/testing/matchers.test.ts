import { describe, expect, it } from 'vitest';
import {
  type AlertMatchers,
  alertMatchers,
  at,
  every,
  testRule,
  testTopics,
} from '../../src/testing/index.ts';

expect.extend(alertMatchers);

declare module 'vitest' {
  interface Matchers<T> extends AlertMatchers<T> {}
}

const rule = { topic: 'cpu', crit: '"idle" < 10', stateChangesOnly: true };
const idle = (value: number) => ({ fields: { idle: value } });
const test = (...values: number[]) => testRule(rule).feed(every('10s', values.map(idle)));

describe('alertMatchers', () => {
  it('toHaveFired', () => {
    expect(test(50, 5)).toHaveFired();
    expect(test(50, 5)).toHaveFired('CRITICAL');
    expect(test(50, 5).trace).toHaveFired({ at: '10s', level: 'CRITICAL' });
    expect(test(50, 60)).not.toHaveFired();
    expect(test(50, 5)).not.toHaveFired({ at: '20s' });
    expect(() => expect(test(50, 60)).toHaveFired()).toThrow(
      /expected an alert that fired\n\n {2}at {3}fields/,
    );
    expect(() => expect(test(50, 5)).not.toHaveFired()).toThrow('expected no alert that fired');
    expect(() => expect(test(5)).toHaveFired({ message: /x/ })).toThrow('with {"message":"/x/"}');
  });

  it('toHaveRecovered', () => {
    expect(test(5, 50)).toHaveRecovered({ at: '10s', duration: '10s' });
    expect(test(5)).not.toHaveRecovered();
    expect(testRule({ ...rule, emitInitialOk: true }).feed(at('0s', idle(50)))).not.toHaveRecovered();
    expect(() => expect(test(5)).toHaveRecovered()).toThrow('expected an alert that recovered');
  });

  it('toHaveEvents and toHaveTrace', () => {
    expect(test(50, 5, 4, 50)).toHaveEvents(['CRITICAL', 'OK']);
    expect(test(50, 5)).not.toHaveEvents([]);
    expect(test(50, 5)).toHaveTrace(['ok', 'fired']);
    expect(() => expect(test(50, 5)).toHaveEvents(['OK'])).toThrow('level is CRITICAL, expected OK');
    expect(() => expect(test(50, 5)).toHaveTrace(['ok', 'ok'])).toThrow('reason is fired, expected ok');
    expect(() => expect(test(5)).not.toHaveEvents(['CRITICAL'])).toThrow('expected other events');
  });

  it('toHaveDelivered', async () => {
    const alerts = await testTopics({ rules: [rule], specs: [{ topic: 'cpu', id: 'ops', kind: 'slack' }] });
    await alerts.feed(at('0s', idle(5)));
    expect(alerts).toHaveDelivered({ slack: ['cpu:nil is CRITICAL'] });
    expect(alerts).toHaveFired();
    expect(alerts).not.toHaveDelivered({});
    expect(() => expect(alerts).toHaveDelivered({ slack: [] })).toThrow('slack: expected no events, got 1');
  });

  it('says what it takes', () => {
    expect(() => expect(7).toHaveFired()).toThrow(
      'toHaveFired takes what testRule() or testTopics() returns, got 7',
    );
    expect(() => expect(test(5)).toHaveDelivered({})).toThrow('got another object');
    expect(() => expect(test(5)).toHaveFired({ levl: 'OK' } as never)).toThrow("Did you mean 'level'?");
  });
});
