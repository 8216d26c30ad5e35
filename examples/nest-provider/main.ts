// Does what Nest does with a provider: makes it, starts it, uses it, shuts it down.
import assert from 'node:assert/strict';
import { AlertsService } from './alerts.service.ts';

const notified: string[] = [];
const alerts = new AlertsService({
  rules: {
    queue: {
      topic: 'queue',
      groupBy: ['queue'],
      warn: '"waiting" > 100',
      crit: '"waiting" > 1000',
      message: 'queue {{ index .Tags "queue" }} is {{ .Level }}: {{ .Fields.waiting }} jobs wait',
    },
  },
  notify: async ({ message }) => {
    notified.push(message);
    console.log(message);
  },
});

alerts.onModuleInit();
for (const waiting of [3, 150, 1200, 40]) {
  alerts.observe({ name: 'queue', tags: { queue: 'mail' }, fields: { waiting }, time: new Date() });
  console.log(`${waiting} waiting: ${alerts.level('queue')}`);
}
await alerts.onApplicationShutdown();

assert.deepEqual(notified, [
  'queue mail is WARNING: 150 jobs wait',
  'queue mail is CRITICAL: 1200 jobs wait',
  'queue mail is OK: 40 jobs wait',
]);
