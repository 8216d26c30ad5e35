// A provider in the style of NestJS. Nest calls these hooks by their names; with it installed you would add
// `@Injectable()` to the class and `implements OnModuleInit, OnApplicationShutdown`, and nothing else.
import {
  type AlertEvent,
  AlertRule,
  type AlertRuleOptions,
  type Level,
  type Point,
  TopicRegistry,
} from 'tocsin';

/** What the module that provides the service says: `{ provide: ALERTS_OPTIONS, useValue: … }`. */
export interface AlertsOptions {
  /** Rules by the measurement that they judge. */
  readonly rules: Readonly<Record<string, AlertRuleOptions>>;
  /** What is done with the events of a topic. */
  readonly notify: (event: AlertEvent) => Promise<void>;
}

export class AlertsService {
  readonly #registry = new TopicRegistry({ delivery: { timeout: '10s', recoveries: 'always' } });
  readonly #rules = new Map<string, AlertRule>();
  readonly #options: AlertsOptions;

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  onModuleInit(): void {
    for (const [measurement, options] of Object.entries(this.#options.rules)) {
      const rule = new AlertRule(options).publishTo(this.#registry);
      this.#rules.set(measurement, rule);
      this.#registry.handle(rule.topic, this.#options.notify, { id: 'notify', match: 'changed()' });
    }
  }

  /** Nest waits for this before the process ends, with `app.enableShutdownHooks()`. */
  async onApplicationShutdown(): Promise<void> {
    await this.#registry.close();
  }

  /** Judges a measurement: for any other provider to call. */
  observe(point: Point): AlertEvent | undefined {
    return this.#rules.get(point.name)?.observe(point);
  }

  /** How bad it is: for a health indicator. */
  level(measurement: string): Level {
    const topic = this.#rules.get(measurement)?.topic ?? '';
    return this.#registry.topic(topic)?.level ?? 'OK';
  }
}
