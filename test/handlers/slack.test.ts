import { slack } from '../../src/handlers/slack.ts';
import { httpKindSuite } from '../../src/testing/http-kind-suite.ts';
import { runSuite } from './run-suite.ts';

runSuite(
  httpKindSuite({
    kind: (url) => slack({ url: `${url}/services/T0/B0/Hush-Hush-1`, token: 'xoxb-hidden' }),
    success: { status: 200, body: 'ok' },
    secrets: ['/services/T0/B0/Hush-Hush-1', 'Hush-Hush-1', 'xoxb-hidden'],
  }),
);
