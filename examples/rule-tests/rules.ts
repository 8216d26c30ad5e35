// The rules of a service, as options: so that each test makes its own.
import type { AlertRuleOptions } from 'tocsin';

export const cpu: AlertRuleOptions = {
  topic: 'cpu',
  groupBy: ['host'],
  warn: '"idle" < 30',
  crit: '"idle" < 10',
  // A critical machine stays critical until it has room to breathe.
  critReset: '"idle" > 20',
  message: '{{ index .Tags "host" }} is {{ .Level }}: {{ .Fields.idle }} % idle',
  stateChangesOnly: '1h',
};

export const heartbeat: AlertRuleOptions = {
  topic: 'heartbeat',
  groupBy: ['host'],
  crit: '"missed" >= 3',
  message: '{{ index .Tags "host" }} {{ if eq .Level "OK" }}is back{{ else }}is gone{{ end }}',
  stateChangesOnly: true,
};
