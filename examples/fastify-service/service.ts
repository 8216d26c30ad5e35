// A Fastify service that takes measurements, alerts on them, and answers what is wrong now.
import Fastify, { type FastifyInstance } from 'fastify';
import { AlertRule, LEVELS, type Level, type Point, TopicRegistry } from 'tocsin';
import { log } from 'tocsin/handlers';

declare module 'fastify' {
  interface FastifyInstance {
    readonly alerts: TopicRegistry;
  }
}

/** What a client sends. */
interface Measurement {
  readonly name: string;
  readonly tags?: Record<string, string>;
  readonly fields: Record<string, number>;
}

const measurementSchema = {
  type: 'object',
  required: ['name', 'fields'],
  properties: {
    name: { type: 'string', minLength: 1 },
    tags: { type: 'object', additionalProperties: { type: 'string' } },
    fields: { type: 'object', additionalProperties: { type: 'number' } },
  },
};

/** Makes the service; `logFile` is where the alerts go. */
export async function createService(logFile: string): Promise<FastifyInstance> {
  const alerts = new TopicRegistry({ kinds: [log()] });
  await alerts.define({
    topic: 'latency',
    id: 'file',
    kind: 'log',
    match: 'changed()',
    options: { path: logFile },
  });

  const latency = new AlertRule({
    topic: 'latency',
    groupBy: ['route'],
    id: '{{ index .Tags "route" }}',
    warn: '"p99" > 300',
    crit: '"p99" > 1000',
    message: '{{ .ID }} is {{ .Level }}: p99 is {{ .Fields.p99 }} ms',
    stateChangesOnly: true,
  }).publishTo(alerts);

  const app = Fastify();
  app.decorate('alerts', alerts);
  alerts.on('deadLetter', ({ handlerId, error }) =>
    app.log.error({ handlerId, error }, 'an alert was not delivered'),
  );

  app.post<{ Body: Measurement }>(
    '/measurements',
    { schema: { body: measurementSchema } },
    (request, reply) => {
      const point: Point = { ...request.body, time: new Date() };
      // Synchronous and quick: the handlers do their work later, each with a queue of its own.
      if (point.name === 'http') latency.observe(point);
      return reply.code(202).send();
    },
  );

  app.get<{ Querystring: { level?: Level } }>(
    '/alerts',
    { schema: { querystring: { type: 'object', properties: { level: { enum: LEVELS } } } } },
    (request) =>
      alerts
        .eventStates('latency', { minLevel: request.query.level ?? 'WARNING' })
        .map(({ id, level, message }) => ({ id, level, message })),
  );

  app.get('/health', () => ({
    level: alerts.topic('latency')?.level ?? 'OK',
    deadLetters: alerts.deadLetters.size,
  }));

  // When the service stops, what is under way is delivered first.
  app.addHook('onClose', async () => {
    await alerts.close();
  });
  return app;
}
