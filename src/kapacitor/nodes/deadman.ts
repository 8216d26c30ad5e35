import { formatDuration } from '../../alert/go-duration.ts';
import type { LambdaNode } from '../../lambda/index.ts';
import type { Call } from '../tickscript/call.ts';
import type { Graph, GraphPlace } from '../tickscript/graph.ts';
import type { Shorthand } from '../tickscript/link.ts';
import { floatText } from '../tickscript/substitute.ts';
import { newAlertSettings } from './alert/alert-settings.ts';
import { alert } from './alert.ts';
import { derivative } from './derivative.ts';
import { noop } from './noop.ts';
import { stats } from './stats.ts';

/** The texts of deadman alerts, as the `[deadman]` section has them. */
export interface DeadmanTexts {
  /** The id template; `NODE_NAME` stands for the name of the node that is watched. */
  readonly id?: string;
  /** The message template; `INTERVAL` stands for the interval. */
  readonly message?: string;
}

const ID = "node 'NODE_NAME' in task '{{ .TaskName }}'";
const MESSAGE =
  '{{ .ID }} is {{ if eq .Level "OK" }}alive{{ else }}dead{{ end }}: {{ index .Fields "emitted" | printf "%0.3f" }} points/INTERVAL.';

/** Adds a stats node, which counts what the node before it sends on even when nothing else listens. */
export function addStats(graph: Graph, { node }: GraphPlace, call: Call, interval?: bigint): GraphPlace {
  const draft = interval === undefined ? stats.draft(call) : stats.draftOf({ interval, align: true });
  const place = graph.add(node, stats, call, draft, false);
  if (!node.children.some(({ fed }) => fed)) graph.add(node, noop, call, noop.draftOf(undefined));
  return place;
}

/** `|deadman(100.0, 10s)`: an alert on too few points: stats, their derivative, and an alert node. */
export function deadman(texts: DeadmanTexts): Shorthand {
  return {
    expand(graph, place, call) {
      if (call.args.length < 2)
        call.fail(
          'deadman() needs a number of points and an interval',
          'Write for example |deadman(100.0, 10s).',
        );
      const threshold = call.number(0);
      const interval = BigInt(call.duration(1));
      if (interval <= 0n) call.failAt(1, 'The interval must be above zero');
      const { start, end } = call.span;
      const more = call.args.slice(2).map((_, i) => call.lambda(i + 2));
      const low: LambdaNode = {
        kind: 'binary',
        operator: '<=',
        left: { kind: 'reference', name: 'emitted', start, end },
        right: { kind: 'float', value: threshold, text: floatText(threshold), start, end },
        start,
        end,
      };
      const crit = more.reduce<LambdaNode>(
        (left, right) => ({ kind: 'binary', operator: 'AND', left, right, start, end }),
        low,
      );
      const settings = newAlertSettings();
      settings.conditions.set('crit', crit);
      settings.options = {
        id: (texts.id ?? ID).replace('NODE_NAME', () => place.node.name),
        message: (texts.message ?? MESSAGE).replace('INTERVAL', () => formatDuration(interval)),
      };
      const counted = addStats(graph, place, call, interval);
      const rate = derivative.draftOf({ field: 'emitted', as: 'emitted', unit: interval, nonNegative: true });
      const changing = graph.add(counted.node, derivative, call, rate);
      return graph.add(changing.node, alert, call, alert.draftOf(settings));
    },
  };
}
