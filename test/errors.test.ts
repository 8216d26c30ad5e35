import { describe, expect, it } from 'vitest';
import {
  atSpan,
  DeliveryError,
  HandlerSpecError,
  LambdaSyntaxError,
  positionAt,
  RetryLaterError,
  TocsinError,
} from '../src/errors.ts';

describe('TocsinError', () => {
  it('says where, what and the cure, and shows the place', () => {
    const source = 'first line\n"a" = 3';
    const error = new LambdaSyntaxError("'=' is no operator", {
      ...atSpan({ source, offset: 15, length: 1, file: 'rule.tick' }),
      cure: "Write '=='.",
    });
    expect(error.message).toBe(`rule.tick:2:5: '=' is no operator. Write '=='.\n  "a" = 3\n      ^`);
    expect(error).toMatchObject({ code: 'LAMBDA_SYNTAX', name: 'LambdaSyntaxError', text: '=' });
    expect(error.position).toEqual({ file: 'rule.tick', line: 2, column: 5, offset: 15 });
  });

  it('is plain data for a log, without its cause', () => {
    const error = new TocsinError('STORE', 'no space', { cause: new Error('password=x') });
    expect(JSON.stringify(error)).not.toContain('password');
    expect(error.toJSON()).toMatchObject({ code: 'STORE', reason: 'no space' });
  });

  it('keeps carets inside a long line', () => {
    const source = `${'x'.repeat(500)}!${'y'.repeat(500)}`;
    const { excerpt = '' } = atSpan({ source, offset: 500, length: 1 });
    const [line = '', carets = ''] = excerpt.split('\n');
    expect(line.length).toBeLessThan(130);
    expect(line[carets.indexOf('^')]).toBe('!');
  });

  it('finds positions at both ends of a text', () => {
    expect(positionAt('', 0)).toEqual({ line: 1, column: 1, offset: 0 });
    expect(positionAt('a\nb', 3)).toEqual({ line: 2, column: 2, offset: 3 });
  });
});

describe('HandlerSpecError', () => {
  it('tells all issues at once, a line each', () => {
    const error = new HandlerSpecError([
      { reason: 'id is missing', path: ['id'] },
      {
        reason: "unknown kind 'slak'",
        cure: "Did you mean 'slack'?",
        path: ['kind'],
        position: { file: 'a.yaml', line: 2, column: 7, offset: 9 },
      },
    ]);
    expect(error.message).toBe("id: id is missing\na.yaml:2:7: unknown kind 'slak'. Did you mean 'slack'?");
    expect(error.issues).toHaveLength(2);
  });
});

describe('DeliveryError', () => {
  it('is retryable unless told otherwise', () => {
    expect(new DeliveryError('x').retryable).toBe(true);
    expect(new RetryLaterError('x', 1500)).toMatchObject({
      retryAfter: 1500,
      failure: 'rate_limited',
      code: 'DELIVERY_RETRY_LATER',
    });
  });
});
