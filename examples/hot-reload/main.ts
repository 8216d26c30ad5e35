// Handler files that may change while the service runs: edit, break, mend and remove one, and nothing is lost.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HandlerFileChange, type HandlerFileFailure, TopicRegistry } from 'tocsin';
import { log } from 'tocsin/handlers';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
cpSync(join(import.meta.dirname, 'handlers'), folder, { recursive: true });
process.env.TOCSIN_EXAMPLE_LOG = join(folder, 'alerts.log');

// A watcher does not keep a process alive; in a service, the server does. This stands for it.
const server = setInterval(() => {}, 1000);

const alerts = new TopicRegistry({ kinds: [log()] });
alerts.on('handlerFile', ({ action, topic, id }) => console.log(`${action}: ${topic}/${id}`));
alerts.on('handlerFileError', ({ error, kept }) =>
  console.log(
    `broken, ${kept ? 'the last good version stays' : 'nothing is there'}: ${error.message.replaceAll(folder, '')}`,
  ),
);
await alerts.watchDirectory(folder);
show();

const file = join(folder, 'file.yaml');
const good = readFileSync(file, 'utf8');

const changed = next('handlerFile');
writeFileSync(file, good.replace('level() == CRITICAL', 'level() >= WARNING'));
await changed;
show();

const broken = next('handlerFileError');
writeFileSync(file, good.replace('level() == CRITICAL', 'level() = WARNING'));
assert.equal((await broken).kept, true);
alerts.collect({ topic: 'cpu', id: 'web-1', level: 'WARNING', message: 'told by the last good version' });

const removed = next('handlerFile');
rmSync(file);
assert.equal((await removed).action, 'removed');
assert.deepEqual(alerts.specs(), []);

await alerts.close();
assert.match(readFileSync(process.env.TOCSIN_EXAMPLE_LOG, 'utf8'), /told by the last good version/);
rmSync(folder, { recursive: true });
clearInterval(server);

function show(): void {
  for (const { topic, id, match } of alerts.specs()) console.log(`  ${topic}/${id} gets: ${String(match)}`);
}

/** What the registry tells next. */
function next(name: 'handlerFile'): Promise<HandlerFileChange>;
function next(name: 'handlerFileError'): Promise<HandlerFileFailure>;
function next(name: 'handlerFile' | 'handlerFileError'): Promise<unknown> {
  return new Promise((resolve) => alerts.once(name, resolve));
}
