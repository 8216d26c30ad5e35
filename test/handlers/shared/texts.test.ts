import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ellipsize } from '../../../src/handlers/shared/ellipsize.ts';
import { goUrl } from '../../../src/handlers/shared/go-url.ts';
import { unescapeHtml } from '../../../src/handlers/shared/unescape-html.ts';

describe('ellipsize', () => {
  it('leaves what fits', () => {
    expect(ellipsize('abc', 3)).toBe('abc');
  });

  it('never gets longer than the limit, nor cuts a character in two', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, limit) => {
        const cut = ellipsize(text, limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.isWellFormed()).toBe(true);
        expect(text.length <= limit ? cut === text : cut.endsWith('…')).toBe(true);
      }),
    );
  });
});

describe('unescapeHtml', () => {
  it.each([
    ['a < b', 'a < b'],
    ['&lt;b&gt; &amp;amp; &quot;x&quot; &#39;y&#x27; &apos;', "<b> &amp; \"x\" 'y' '"],
    ['&auml;&Ouml;&szlig;&nbsp;&euro;&hellip;', 'äÖß\u00a0€…'],
    ['&#128293; &#x1F525;', '🔥 🔥'],
    ['&ltb&gt &ampx; &copy2', '<b> &x; ©2'],
    ['&#150;&#x80;', '–€'],
    ['&#0; &#xD800; &#99999999;', '\ufffd \ufffd \ufffd'],
    ['&nosuch; &; &# &#x &euro &hellip', '&nosuch; &; &# &#x &euro &hellip'],
  ])('turns %j into %j', (text, expected) => {
    expect(unescapeHtml(text)).toBe(expected);
  });
});

describe('goUrl', () => {
  it.each([
    ['http://h/a/b?x=1#f', 'http://h/a/b?x=1'],
    ["http://h/a!$&'()*+,;=:@[]b", "http://h/a!$&'()*+,;=:@[]b"],
    ['http://h/a b(c)', 'http://h/a%20b%28c%29'],
    ['http://h/a%2Fb', 'http://h/a%2Fb'],
    ['http://h/ü|\\', 'http://h/%C3%BC%7C%5C'],
    ['https://h', 'https://h'],
    ['http://h/?q=a b', 'http://h/?q=a b'],
  ])('writes %j as %j', (text, expected) => {
    expect(goUrl(text)).toBe(expected);
  });

  it.each([
    'h/a',
    '127.0.0.1:1/x',
    'http://[::1/x',
    'http://h/%zz',
    ' http://h',
    'http://h/a\nb',
    'ftp://h/',
  ])('takes %j for no URL', (text) => {
    expect(goUrl(text)).toBeUndefined();
  });
});
