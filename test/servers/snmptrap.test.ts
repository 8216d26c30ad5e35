import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snmptrap } from '../../src/handlers/snmptrap.ts';
import { makeHandler, testContext } from '../../src/testing/handler-kind-suite.ts';
import { testEvent } from '../../src/testing/test-event.ts';
import { trapReceiver } from '../conformance/suites/wire/trap-receiver.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const TRAP = '1.3.6.1.4.1.99.7';

let directory = '';
let daemon: ServerProcess;
let addr = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-snmptrapd-'));
  const configuration = join(directory, 'snmptrapd.conf');
  writeFileSync(configuration, 'authCommunity log lab\n');
  const free = await trapReceiver();
  addr = `127.0.0.1:${free.port}`;
  await free.close();
  daemon = await startServer(
    'snmptrapd',
    ['-f', '-C', '-c', configuration, '-m', '', '-n', '-On', '-Lo', '-F', '%P|%v\\n', '-OQ', `udp:${addr}`],
    { SNMP_PERSISTENT_DIR: directory },
  );
  await daemon.line(/NET-SNMP version/);
});
afterAll(async () => {
  await daemon?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('snmptrap, against snmptrapd', () => {
  it.each([
    ['traps', false, 'TRAP2'],
    ['informs', true, 'INFORM'],
  ])('sends values of every type in %s', async (_, inform, pdu) => {
    const kind = snmptrap({ addr, community: 'lab', inform });
    const values: readonly (readonly [string, string])[] = [
      ['a', '10.0.0.255'],
      ['c', '9007199254740993'],
      ['d', '65 66'],
      ['i', '-7'],
      ['n', ''],
      ['o', '1.3.6.1.4.1.4294967295'],
      ['s', '{{ .ID }}'],
      ['t', '77'],
      ['u', '4294967295'],
      ['x', '43 44'],
    ];
    const dataList = values.map(([type, value], index) => ({ oid: `${TRAP}.${index + 1}`, type, value }));
    const handler = await makeHandler(kind, { trapOid: TRAP, dataList });
    await handler.handle(testEvent(), testContext());
    const line = await daemon.line(new RegExp(`^${pdu}`));
    expect(line.split(/\||\t/).map((part) => part.trim())).toEqual([
      expect.stringMatching(new RegExp(`^${pdu}, SNMP v2c, community lab`)),
      '.1.3.6.1.2.1.1.3.0 = 0:0:00:10.00',
      `.1.3.6.1.6.3.1.1.4.1.0 = .${TRAP}`,
      `.${TRAP}.1 = 10.0.0.255`,
      `.${TRAP}.2 = 9007199254740993`,
      `.${TRAP}.3 = "AB"`,
      `.${TRAP}.4 = -7`,
      `.${TRAP}.5 = NULL`,
      `.${TRAP}.6 = .1.3.6.1.4.1.4294967295`,
      `.${TRAP}.7 = "disk:web-1"`,
      `.${TRAP}.8 = 0:0:00:00.77`,
      `.${TRAP}.9 = 4294967295`,
      `.${TRAP}.10 = "CD"`,
    ]);
    await kind.close?.();
  });
});
