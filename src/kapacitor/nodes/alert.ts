import { formatDuration } from '../../alert/go-duration.ts';
import {
  defineNode,
  findProperty,
  type NodeDefinition,
  type NodeDraft,
  type PropertyOwner,
} from '../pipeline/node-definition.ts';
import type { Call } from '../tickscript/call.ts';
import { AlertNode } from './alert/alert-node.ts';
import { type AlertSettings, CONDITIONS, newAlertSettings } from './alert/alert-settings.ts';
import { HANDLER_PROPERTIES, type HandlerProperty } from './alert/handler-properties.ts';

type Property = (settings: AlertSettings, call: Call) => PropertyOwner | undefined;

/** A property that is a text of the same name in the rule. */
function text(name: keyof AlertSettings['options']): Property {
  return (settings, call) => {
    settings.places.set(name, call.args[0] ?? call.span);
    settings.options = { ...settings.options, [name]: call.onlyText() };
    return undefined;
  };
}

const TEXTS = [
  'topic',
  'id',
  'message',
  'details',
  'category',
  'levelTag',
  'levelField',
  'idTag',
  'idField',
  'durationField',
  'messageField',
] as const;

const properties: Readonly<Record<string, Property>> = {
  ...Object.fromEntries(TEXTS.map((name) => [name, text(name)])),
  ...Object.fromEntries(
    CONDITIONS.map((name): [string, Property] => [
      name,
      ({ conditions }, call) => {
        conditions.set(name, call.onlyLambda());
        return undefined;
      },
    ]),
  ),
  all(settings, call) {
    call.none();
    settings.options = { ...settings.options, all: true };
    return undefined;
  },
  noRecoveries(settings, call) {
    call.none();
    settings.options = { ...settings.options, noRecoveries: true };
    return undefined;
  },
  stateChangesOnly(settings, call) {
    call.count(0, 1, 'a duration');
    settings.places.set('stateChangesOnly', call.args[0] ?? call.span);
    const stateChangesOnly = call.args.length === 0 ? true : formatDuration(call.duration(0));
    settings.options = { ...settings.options, stateChangesOnly };
    return undefined;
  },
  flapping(settings, call) {
    call.count(2, 2, 'two shares, low and high');
    settings.places.set('flapping.low', call.args[0] ?? call.span);
    settings.places.set('flapping.high', call.args[1] ?? call.span);
    const flapping = { low: call.number(0), high: call.number(1) };
    settings.options = { ...settings.options, flapping };
    return undefined;
  },
  history(settings, call) {
    call.count(1, 1, 'a number of states');
    settings.places.set('history', call.args[0] ?? call.span);
    settings.options = { ...settings.options, history: Number(call.int(0)) };
    return undefined;
  },
  inhibit(settings, call) {
    const [category, ...tags] = call.texts();
    if (category === undefined) return call.fail(`${call.name}() needs a category`);
    settings.inhibit.push({ category, tags });
    return undefined;
  },
};

/** A handler property, whose own properties may follow. */
function addHandler(
  settings: AlertSettings,
  { kind, begin, properties: own = {} }: HandlerProperty,
  call: Call,
): PropertyOwner {
  const handler = { kind, call, options: {}, places: new Map() };
  if (begin === undefined) call.none();
  else begin(handler, call);
  settings.handlers.push(handler);
  return {
    names: Object.keys(own),
    apply(name, property) {
      const found = findProperty(own, name);
      if (found === undefined) return false;
      found(handler, property);
      return true;
    },
  };
}

/** `|alert().crit(lambda: …)`: an alert rule and its handlers. */
export const alert: NodeDefinition & { draftOf(settings: AlertSettings): NodeDraft } =
  defineNode<AlertSettings>({
    name: 'alert',
    begin(call) {
      call.none();
      return newAlertSettings();
    },
    properties: {
      ...properties,
      ...Object.fromEntries(
        Object.entries(HANDLER_PROPERTIES).map(([name, handler]): [string, Property] => [
          name,
          (settings, call) => addHandler(settings, handler, call),
        ]),
      ),
    },
    build: (settings, place) => new AlertNode(settings, place),
  });
