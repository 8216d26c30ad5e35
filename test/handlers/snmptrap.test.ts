import * as fc from 'fast-check';
import { createReceiver } from 'net-snmp';
import { afterEach, describe, expect, it } from 'vitest';
import { KindConfigurationError, PermanentDeliveryError } from '../../src/errors.ts';
import { parseOid } from '../../src/handlers/snmptrap/oid.ts';
import { type SnmptrapConfiguration, snmptrap } from '../../src/handlers/snmptrap.ts';
import {
  handlerKindSuite,
  makeHandler,
  rejection,
  testContext,
} from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { type ReceivedTrap, trapReceiver } from '../conformance/suites/wire/trap-receiver.ts';
import { runSuite } from './run-suite.ts';

const TRAP = '1.3.6.1.4.1.99.7';
const OID = `${TRAP}.1`;

interface Notification {
  readonly pdu: {
    readonly type: number;
    readonly varbinds: readonly { oid: string; type: number; value: unknown }[];
  };
}

interface Receiver {
  readonly port: number;
  next(): Promise<Notification>;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The receiver of net-snmp itself. */
async function receiver(): Promise<Receiver> {
  const { port, close } = await trapReceiver();
  await close();
  const queue: Notification[] = [];
  const waiting: ((notification: Notification) => void)[] = [];
  const one = createReceiver(
    { port, address: '127.0.0.1', disableAuthorization: true },
    (error: Error | null, notification: Notification) => {
      if (error) return;
      const wait = waiting.shift();
      if (wait) wait(notification);
      else queue.push(notification);
    },
  );
  closing.push(() => one.close());
  return {
    port,
    next: () => {
      const first = queue.shift();
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

let shared: Receiver;
runSuite(
  handlerKindSuite({
    kind: async () => {
      shared = await receiver();
      return snmptrap({ addr: `127.0.0.1:${shared.port}` });
    },
    options: () => ({ 'trap-oid': TRAP, 'data-list': [{ oid: OID, type: 's', value: '{{ .Message }}' }] }),
    arrived: async ({ message }) => {
      const { pdu } = await shared.next();
      expect(pdu.varbinds.map(({ oid, value }) => [oid, String(value)])).toEqual([
        ['1.3.6.1.2.1.1.3.0', '1000'],
        ['1.3.6.1.6.3.1.1.4.1.0', TRAP],
        [OID, message],
      ]);
    },
  }),
);

async function trap(
  dataList: readonly object[],
  section: SnmptrapConfiguration = {},
  event = {},
): Promise<ReceivedTrap> {
  const server = await trapReceiver();
  const kind = snmptrap({ addr: `127.0.0.1:${server.port}`, ...section });
  const handler = await makeHandler(kind, { trapOid: TRAP, dataList });
  const error = await rejection(() => handler.handle(testEvent(event), testContext()));
  const [received] = await server.datagrams(error ? 0 : 1);
  await kind.close?.();
  await server.close();
  if (error) throw error;
  return received as ReceivedTrap;
}

async function value(type: string, text: string): Promise<unknown> {
  const { varbinds } = await trap([{ oid: OID, type, value: text }]);
  return varbinds[2];
}

describe('snmptrap', () => {
  it('sends a v2c trap to the community', async () => {
    expect(await trap([], { community: 'lab' })).toMatchObject({
      version: 'v2c',
      community: 'lab',
      pdu: 'SNMPv2-Trap',
      requestId: '<RANDOM>',
      varbinds: [
        { oid: '1.3.6.1.2.1.1.3.0', type: 'TimeTicks', value: 1000 },
        { oid: '1.3.6.1.6.3.1.1.4.1.0', type: 'OID', value: TRAP },
      ],
    });
  });

  it.each([
    ['a', '10.0.0.255', 'IpAddress', '10.0.0.255'],
    ['c', '7', 'Counter64', 7],
    ['c', '18446744073709551615'.slice(0, 19), 'Counter64', '1844674407370955161'],
    ['c', '-1', 'Counter64', '18446744073709551615'],
    ['d', '222 173 190', 'OctetString', Buffer.from([222, 173, 190]).toString()],
    ['i', '-7', 'Integer', -7],
    ['i', '+42', 'Integer', 42],
    ['i', '4294967297', 'Integer', 1],
    ['n', 'whatever', 'Null', null],
    ['o', '.1.3.6.1', 'OID', '1.3.6.1'],
    ['s', 'Größe 🔥', 'OctetString', 'Größe 🔥'],
    ['s', '', 'OctetString', ''],
    ['t', '4294967295', 'TimeTicks', 4294967295],
    ['t', '4294967296', 'TimeTicks', 0],
    ['u', '4294967295', 'Gauge32', 4294967295],
    ['x', '48 69', 'OctetString', 'Hi'],
  ])('sends a value of type %s: %s', async (type, text, name, expected) => {
    expect(await value(type, text)).toMatchObject({ type: name, value: expected });
  });

  it.each([[{ oid: OID, type: 'n' }], [{ oid: OID, type: 'n', value: null }], [{ OID, Type: 'n' }]])(
    'needs no value for a Null: %j',
    async (datum) => {
      const { varbinds } = await trap([datum]);
      expect(varbinds[2]).toMatchObject({ type: 'Null' });
    },
  );

  it.each([
    [{ oid: OID }, 'type'],
    [{ type: 'n' }, 'oid'],
    [{ oid: OID, type: 'n', valu: '1' }, "'value'"],
  ])('refuses %j', async (datum, named) => {
    const error = await rejection(() => trap([datum]));
    expect(String(error)).toContain(named);
  });

  it('can do without a community', async () => {
    const server = await trapReceiver();
    const kind = snmptrap({ addr: `127.0.0.1:${server.port}`, community: '' });
    const handler = await makeHandler(kind, { trapOid: TRAP });
    await handler.handle(testEvent(), testContext());
    const [sent] = await server.datagrams(1);
    expect(sent?.community).toBe('');
    await kind.close?.();
    await server.close();
  });

  it('sends every int64 as the number that it is', async () => {
    const server = await trapReceiver();
    const kind = snmptrap({ addr: `127.0.0.1:${server.port}` });
    const handler = await makeHandler(kind, {
      trapOid: TRAP,
      dataList: [
        { oid: OID, type: 'i', value: '{{ .Fields.i }}' },
        { oid: OID, type: 'c', value: '{{ .Fields.c }}' },
      ],
    });
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
        fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
        async (i, c) => {
          const before = server.received.length;
          await handler.handle(testEvent({ fields: { i, c } }), testContext());
          const { varbinds } = (await server.datagrams(before + 1)).at(-1) as ReceivedTrap;
          expect(varbinds.slice(2).map((one) => BigInt(one.value as string))).toEqual([i, c]);
        },
      ),
      { numRuns: 50 },
    );
    await kind.close?.();
    await server.close();
  });

  it.each([
    ['i', '93.5'],
    ['i', ''],
    ['i', '0x1f'],
    ['c', '9223372036854775808'],
    ['t', 'ten'],
    ['a', '10.0.0.256'],
    ['o', '1'],
    ['x', 'ABC'],
    ['d', '256'],
  ])('tells of a value of type %s that is none: %s', async (type, text) => {
    const error = await rejection(() => value(type, text));
    expect(error).toBeInstanceOf(PermanentDeliveryError);
    expect(String(error)).toContain(`'${text}'`);
  });

  it('renders values for each event', async () => {
    const { varbinds } = await trap([
      { oid: OID, type: 's', value: '{{ .TaskName }} {{ index .Tags "host" }}' },
    ]);
    expect(varbinds[2]?.value).toBe('disk_watch web-1');
    const error = await rejection(() => trap([{ oid: OID, type: 's', value: '{{ .Nope }}' }]));
    expect(error).toMatchObject({ failure: 'template_error' });
  });

  it('sends informs, which are acknowledged, when told', async () => {
    const one = await receiver();
    const kind = snmptrap({ addr: `127.0.0.1:${one.port}`, inform: true });
    const handler = await makeHandler(kind, { trapOid: TRAP });
    await handler.handle(testEvent(), testContext());
    expect((await one.next()).pdu.type).toBe(0xa6);
    await kind.close?.();
  });

  it('tells of an inform that nobody acknowledges, when the delivery ends', async () => {
    const server = await trapReceiver();
    const kind = snmptrap({ addr: `127.0.0.1:${server.port}`, inform: true });
    const handler = await makeHandler(kind, { trapOid: TRAP });
    const signal = AbortSignal.timeout(50);
    expect(await rejection(() => handler.handle(testEvent(), testContext({ signal })))).toMatchObject({
      failure: 'timeout',
      retryable: true,
    });
    await kind.close?.();
    await server.close();
  });

  it('goes on after an error', async () => {
    const server = await trapReceiver();
    const kind = snmptrap({ addr: `127.0.0.1:${server.port}` });
    const handler = await makeHandler(kind, {
      trapOid: TRAP,
      dataList: [{ oid: OID, type: 's', value: '{{ .Message }}' }],
    });
    const tooLong = await rejection(() =>
      handler.handle(testEvent({ message: 'x'.repeat(70_000) }), testContext()),
    );
    expect(tooLong).toMatchObject({ code: 'DELIVERY_PERMANENT', failure: 'client_error' });
    await handler.handle(testEvent(), testContext());
    expect(await server.datagrams(1)).toHaveLength(1);
    await kind.close?.();
    await server.close();
  });

  it.each([{ addr: 'host' }, { addr: '' }, { retries: 'x' }, { adr: 'x:1' }])(
    'refuses the configuration %j',
    (section) => {
      expect(() => snmptrap(section as SnmptrapConfiguration)).toThrow(KindConfigurationError);
    },
  );

  it.each([
    [{}, 'trap-oid'],
    [{ trapOid: '1' }, 'no OID'],
    [{ trapOid: '1.3.x' }, 'no OID'],
    [{ trapOid: TRAP, dataList: [{ oid: 'foo', type: 's', value: '' }] }, 'data-list.0.oid'],
    [{ trapOid: TRAP, dataList: [{ oid: OID, type: 'I', value: '1' }] }, 'one of a, c'],
    [{ trapOid: TRAP, dataList: [{ oid: OID, type: 'i', value: 5 }] }, 'a text'],
    [{ trapOid: TRAP, dataList: [{ oid: OID, type: 's', value: '{{ .X' }] }, 'data-list'],
  ])('refuses the options %j', async (options, part) => {
    expect(String(await rejection(() => makeHandler(snmptrap(), options)))).toContain(part);
  });
});

describe('parseOid', () => {
  const number = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
  const head = fc.oneof(
    fc.tuple(fc.constantFrom(0, 1), fc.nat({ max: 39 })),
    fc.tuple(fc.constant(2), fc.nat({ max: 47 })),
  );

  it('takes every OID, which arrives as it was', async () => {
    const server = await trapReceiver();
    const kind = snmptrap({ addr: `127.0.0.1:${server.port}` });
    await fc.assert(
      fc.asyncProperty(
        head,
        fc.array(number, { maxLength: 12 }),
        fc.boolean(),
        async (first, rest, dotted) => {
          const oid = [...first, ...rest].join('.');
          expect(parseOid(dotted ? `.${oid}` : oid)).toBe(oid);
          const before = server.received.length;
          await (await makeHandler(kind, { trapOid: oid })).handle(testEvent(), testContext());
          const received = (await server.datagrams(before + 1)).at(-1);
          expect(received?.varbinds[1]?.value).toBe(oid);
        },
      ),
      { numRuns: 50 },
    );
    await kind.close?.();
    await server.close();
  });

  it.each(['', '.', '1', '1.', '1..2', '3.1', '1.40', '2.48', '1.4294967296', 'a.b', '1.2.-3', ' 1.2'])(
    'refuses %j',
    (text) => {
      expect(parseOid(text)).toBeUndefined();
    },
  );
});
