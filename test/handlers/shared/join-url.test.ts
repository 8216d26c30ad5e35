import { describe, expect, it } from 'vitest';
import { escapeQuery, joinUrl } from '../../../src/handlers/shared/join-url.ts';

describe('joinUrl', () => {
  it.each([
    ['http://h/v2/room', ['ops', 'notification'], 'http://h/v2/room/ops/notification'],
    ['http://h', ['a'], 'http://h/a'],
    ['http://h/', ['', ''], 'http://h/'],
    ['http://h/x//y/', ['', 'k'], 'http://h/x/y/k'],
    ['http://h/v2/room', ['../up', 'n'], 'http://h/v2/up/n'],
    ['http://h/a', ['../../..', 'n'], 'http://h/n'],
    ['http://h/v2', ['web team/ä&?'], 'http://h/v2/web%20team/%C3%A4&%3F'],
    ['http://h/a%20b', ['100%'], 'http://h/a%20b/100%25'],
    ['http://h/a', ["!'()*#[]$+,:;=@-_.~"], 'http://h/a/%21%27%28%29%2A%23%5B%5D$+,:;=@-_.~'],
    ['https://u:p@h:8443/a?b=c#d', ['e'], 'https://u:p@h:8443/a/e?b=c'],
    ['http://h/%zz', ['a'], 'http://h/%25zz/a'],
  ])('%s + %j', (base, segments, expected) => {
    expect(joinUrl(base, segments)).toBe(expected);
  });

  it('replaces the query when one is given', () => {
    expect(joinUrl('http://h/a?b=c', [], { query: { auth_token: 't o&k=ä', x: '' } })).toBe(
      'http://h/a?auth_token=t+o%26k%3D%C3%A4&x=',
    );
  });

  it('leaves a base that is no URL alone', () => {
    expect(joinUrl('example', ['a'])).toBe('example');
  });
});

describe('escapeQuery', () => {
  it('escapes what Go escapes', () => {
    expect(escapeQuery("a b~-_.!'()*+/")).toBe('a+b~-_.%21%27%28%29%2A%2B%2F');
  });
});
