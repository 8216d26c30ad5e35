import { describe, expect, it } from 'vitest';
import { HandlerOptionsError, PermanentDeliveryError } from '../../../src/errors.ts';
import { optionTemplate, printedValue } from '../../../src/handlers/shared/option-template.ts';
import { rejection } from '../../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../../src/testing/test-event.ts';
import { testHost } from '../../../src/testing/test-host.ts';

describe('optionTemplate', () => {
  it('renders over the event', () => {
    const render = optionTemplate('sms', 'to', '{{ .Level }} {{ index .Tags "host" }}', testHost());
    expect(render(testEvent())).toBe('CRITICAL web-1');
    expect(render(testEvent({ level: 'OK', tags: {} }))).toBe('OK ');
  });

  it('sees what the data of its kind have', () => {
    const render = optionTemplate('sms', 'to', '{{ .Level.String }}', testHost(), { data: 'zenoss' });
    expect(render(testEvent())).toBe('CRITICAL');
  });

  it('says which option cannot be parsed, and where', async () => {
    const error = await rejection(() => optionTemplate('sms', ['links', 1, 'to'], 'a {{ .ID ', testHost()));
    expect(error).toBeInstanceOf(HandlerOptionsError);
    expect(error).toMatchObject({
      issues: [{ path: ['links', 1, 'to'], position: { line: 1, column: 3 } }],
    });
  });

  it('fails for good when the template fails on an event', async () => {
    const render = optionTemplate('sms', 'to', 'a {{ .Nope }}', testHost());
    const error = await rejection(() => render(testEvent()));
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(error).toMatchObject({ failure: 'template_error' });
    expect(String(error)).toContain('sms: the template of to failed');
  });

  it('lenient, counts for what it has written, and tells of it once', () => {
    const host = testHost();
    const render = optionTemplate('sms', 'to', 'a {{ .Nope }} b', host, { lenient: true });
    expect([render(testEvent()), render(testEvent())]).toEqual(['a ', 'a ']);
    expect(host.warnings).toEqual([expect.stringContaining('sms: the template of to failed')]);
  });
});

describe('printedValue', () => {
  it.each([
    ['text', 'text'],
    [true, 'true'],
    [1.5, '1.5'],
    [null, '<nil>'],
    [['a', 1, null], '[a 1 <nil>]'],
    [{ b: { c: 1 }, a: 'x' }, 'map[a:x b:map[c:1]]'],
  ])('prints %j as Go does', (value, expected) => {
    expect(printedValue(value, { strict: false })).toBe(expected);
  });

  it('prints a number as a float64 when strict', () => {
    expect(printedValue(12345678, { strict: true })).toBe('1.2345678e+07');
    expect(printedValue(12345678, { strict: false })).toBe('12345678');
  });
});
