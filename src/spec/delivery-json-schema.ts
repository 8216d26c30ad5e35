/** The `delivery:` of a handler file as JSON Schema. */
export const DELIVERY_JSON_SCHEMA: { readonly [key: string]: unknown } = {
  type: ['object', 'null'],
  description: 'How events are brought to the handler.',
  additionalProperties: false,
  properties: {
    'queue-limit': { type: 'integer', minimum: 1, description: 'How many events may wait. Default 5000.' },
    concurrency: {
      type: 'integer',
      minimum: 1,
      description: 'How many are delivered at the same time; events of one id never are. Default 1.',
    },
    timeout: time('How long one try may take. Default 30s.'),
    'max-tries': { type: 'integer', minimum: 1, description: 'When a delivery is given up. Default 12.' },
    'max-age': time('At what age a delivery is given up. Default 24h.'),
    backoff: {
      type: 'object',
      description: 'How long to wait between tries.',
      additionalProperties: false,
      properties: {
        first: time('The longest wait before the second try. Default 1s.'),
        factor: { type: 'number', minimum: 1, maximum: 100, description: 'What it grows by. Default 2.' },
        longest: time('The longest wait of all. Default 5m.'),
      },
    },
    overflow: {
      enum: ['reject', 'drop-oldest', 'coalesce'],
      description: 'What to do when the queue is full. Default reject.',
    },
    'rate-limit': {
      type: 'string',
      description: 'How many tries in how much time, such as 10/1m. Default none.',
    },
    recoveries: {
      enum: ['match', 'always', 'if-told'],
      description: 'Which recoveries are delivered. Default match.',
    },
    fallback: {
      type: 'string',
      description:
        'The handler of the topic that takes what was given up on. Default: it is kept as a dead letter.',
    },
  },
};

function time(description: string): object {
  return { type: ['string', 'number'], description: `${description} Text such as 10s, or milliseconds.` };
}
