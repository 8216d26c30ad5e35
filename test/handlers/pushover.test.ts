import { describe, expect, it } from 'vitest';
import { pushover } from '../../src/handlers/pushover.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => pushover({ url, token: 'hidden-token', userKey: 'hidden-user' }),
    options: () => ({ userKey: 'hidden-other-user' }),
    success: { status: 200, body: '{"status":1}' },
    secrets: ['hidden-token', 'hidden-user', 'hidden-other-user'],
  }),
);

describe('pushover', () => {
  it('sends a form', async () => {
    const { url, requests } = await receiver();
    await sendEvent(
      pushover({ url, token: 't', userKey: 'u' }),
      { urlTitle: 'a b' },
      { message: 'ü&x', level: 'OK' },
    );
    expect(requests[0]!.body).toBe('message=%C3%BC%26x&priority=-2&token=t&url_title=a+b&user=u');
    expect(requests[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('tells the errors that Pushover lists', async () => {
    const { url } = await receiver([
      { status: 400, body: '{"errors":["token is invalid","no user"],"status":0}' },
    ]);
    await expect(sendEvent(pushover({ url, token: 'tokn', userKey: 'user-1' }))).rejects.toThrow(
      'answered 400: token is invalid; no user',
    );
  });
});
