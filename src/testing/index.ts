export type { ExpectedDelivery, RecordedDelivery } from './expect-deliveries.ts';
export type { ExpectedEvent } from './expectation.ts';
export {
  type FailingOptions,
  failingHandler,
  hangingHandler,
  slowHandler,
} from './failing-handlers.ts';
export { FakeClock } from './fake-clock.ts';
export {
  type HandlerKindCheck,
  type HandlerKindTrial,
  handlerKindSuite,
  makeHandler,
  testContext,
} from './handler-kind-suite.ts';
export { type HttpKindTrial, httpKindSuite } from './http-kind-suite.ts';
export { type AlertMatchers, alertMatchers, type MatcherResult } from './matchers.ts';
export type { TestTime } from './relative-time.ts';
export {
  loadRuleTests,
  type RuleTestCase,
  type RuleTestReport,
  type RuleTestsOptions,
  runRuleTests,
} from './run-rule-tests.ts';
export {
  at,
  batchAt,
  eventAt,
  every,
  gap,
  type TestBatch,
  type TestPoint,
  type TestSeries,
  type TestStep,
} from './steps.ts';
export { testEvent } from './test-event.ts';
export { type TestHost, testHost } from './test-host.ts';
export { RuleTest, type RuleTestOptions, testRule } from './test-rule.ts';
export { type TestedRule, TopicsTest, type TopicsTestOptions, testTopics } from './test-topics.ts';
export type { TestedScript } from './tested-script.ts';
export { Trace, type TraceRow } from './trace.ts';
