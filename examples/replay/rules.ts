import { AlertRule } from 'tocsin';

/** The rules that judge the recording, or the machine that this runs on. */
export const rules: readonly AlertRule[] = [
  new AlertRule({
    taskName: 'cpu',
    topic: 'cpu',
    groupBy: ['cpu', 'host'],
    warn: '"usage_idle" < 30',
    crit: '"usage_idle" < 10',
    critReset: '"usage_idle" > 50',
    id: '{{ index .Tags "host" }}/{{ index .Tags "cpu" }}',
    message: '{{ .ID }} is {{ .Level }}: {{ index .Fields "usage_idle" | printf "%.1f" }} % idle',
    stateChangesOnly: '2m',
  }),
  new AlertRule({
    taskName: 'mem',
    topic: 'mem',
    groupBy: ['host'],
    info: '"used_percent" > 20.0',
    warn: '"used_percent" > 40.0',
    crit: '"used_percent" > 65.0',
    id: '{{ index .Tags "host" }}/memory',
    message: '{{ .ID }} is {{ .Level }}: {{ index .Fields "used_percent" | printf "%.1f" }} % used',
    stateChangesOnly: true,
  }),
  new AlertRule({
    taskName: 'load',
    topic: 'system',
    groupBy: ['host'],
    warn: '"load1" > 2.5 AND "load1" > "load15"',
    id: '{{ index .Tags "host" }}/load',
    message: '{{ .ID }} is {{ .Level }}: {{ index .Fields "load1" }}',
    stateChangesOnly: '30s',
  }),
];
