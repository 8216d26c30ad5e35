import { describe, expect, it } from 'vitest';
import { telegram } from '../../src/handlers/telegram.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { receiver } from './receiver.ts';
import { runSuite } from './run-suite.ts';
import { sendEvent } from './send-event.ts';

runSuite(
  httpKindSuite({
    kind: (url) => telegram({ url: `${url}/bot`, token: '123:hidden', chatId: '-100' }),
    success: { status: 200, body: '{"ok":true}' },
    secrets: ['123:hidden'],
  }),
);

describe('telegram', () => {
  it('takes a token as it is', async () => {
    const { url, requests } = await receiver();
    await sendEvent(telegram({ url: `${url}/bot`, token: '1:a%35b c' }));
    expect(requests[0]!.path).toBe('/bot1:a%2535b%20c/sendMessage');
  });

  it('cuts a message that is too long, and drops the parse mode with it', async () => {
    const { url, requests } = await receiver();
    const kind = telegram({ url: `${url}/bot`, token: 't', parseMode: 'HTML' });
    await sendEvent(kind, { chatId: '1' }, { message: `<b>${'x'.repeat(5000)}</b>` });
    const body = JSON.parse(requests[0]!.body);
    expect(body.text).toHaveLength(4096);
    expect(body.text.endsWith('x…')).toBe(true);
    expect(body).not.toHaveProperty('parse_mode');
  });

  it('never cuts a character in two', async () => {
    const { url, requests } = await receiver();
    await sendEvent(telegram({ url: `${url}/bot`, token: 't' }), {}, { message: `x${'🔥'.repeat(3000)}` });
    const { text } = JSON.parse(requests[0]!.body);
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThanOrEqual(4096);
  });

  it('waits as long as the body of a 429 says', async () => {
    const { url } = await receiver([
      {
        status: 429,
        body: '{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":13}}',
      },
    ]);
    await expect(sendEvent(telegram({ url: `${url}/bot`, token: 't' }))).rejects.toMatchObject({
      retryAfter: 13_000,
      failure: 'rate_limited',
    });
  });

  it('refuses a parse mode that Telegram does not know', async () => {
    const kind = telegram({ token: 't' });
    await expect(sendEvent(kind, { 'parse-mode': 'bbcode' })).rejects.toThrow('parse-mode: must be Markdown');
  });

  it('is made from the defaults without an address', () => {
    expect(telegram({ token: 't' }).sections).toEqual([
      { name: '', default: true, enabled: true, global: false, stateChangesOnly: false },
    ]);
  });
});
