export { FakeClock } from './fake-clock.ts';
export {
  type HandlerKindCheck,
  type HandlerKindTrial,
  handlerKindSuite,
  makeHandler,
  testContext,
} from './handler-kind-suite.ts';
export { type HttpKindTrial, httpKindSuite } from './http-kind-suite.ts';
export { testEvent } from './test-event.ts';
export { type TestHost, testHost } from './test-host.ts';
