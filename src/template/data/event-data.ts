import type { AlertEvent, Series } from '../../alert/event.ts';
import type { Int64 } from '../../alert/int64.ts';
import type { Level } from '../../alert/level.ts';
import type { Fields, Tags } from '../../alert/point.ts';
import { levelNumber } from './data-type.ts';

/** Who renders: what `.ServerInfo` holds. */
export interface ServerInfo {
  readonly Hostname: string;
  readonly ClusterID: string;
  readonly ServerID: string;
}

/** What a rule knows of an alert before it has an id. */
export interface IdParts {
  /** The measurement's name. */
  readonly name: string;
  readonly taskName: string;
  /** The group, such as `host=web-1`; empty when there is none. */
  readonly group: string;
  readonly tags: Tags;
  readonly serverInfo?: ServerInfo;
}

/** What a rule knows of an alert before it has a message. */
export interface MessageParts extends IdParts {
  readonly id: string;
  readonly level: Level;
  readonly time: Date;
  /** Nanoseconds since the alert left OK. */
  readonly duration: Int64;
  readonly fields: Fields;
}

/** What a rule knows of an alert before it has details. */
export interface DetailsParts extends MessageParts {
  readonly message: string;
}

const NO_SERVER_INFO: ServerInfo = { Hostname: '', ClusterID: '', ServerID: '' };
/** What a rule's templates see where a rule has no groups. */
const NO_GROUP = 'nil';

/** The data of an id template. */
export function idData({ name, taskName, group, tags, serverInfo }: IdParts): object {
  return {
    Name: name,
    TaskName: taskName,
    Group: group === '' ? NO_GROUP : group,
    Tags: tags,
    ServerInfo: serverInfo ?? NO_SERVER_INFO,
  };
}

/** The data of a message template. */
export function messageData(parts: MessageParts): object {
  const { name, taskName, group, tags, serverInfo, id, fields, level, time, duration } = parts;
  return {
    Name: name,
    TaskName: taskName,
    Group: group === '' ? NO_GROUP : group,
    Tags: tags,
    ServerInfo: serverInfo ?? NO_SERVER_INFO,
    ID: id,
    Fields: fields,
    Level: level,
    Time: time,
    Duration: duration,
  };
}

/** The data of a details template. */
export function detailsData(parts: DetailsParts): object {
  return { ...messageData(parts), Message: parts.message };
}

/** The data that most handlers' options are rendered over: alerta, pagerduty2, mqtt, sensu, discord, bigpanda …. */
export function templateData(event: AlertEvent): object {
  return {
    ID: event.id,
    Message: event.message,
    Level: event.level,
    Time: event.time,
    Duration: nanoseconds(event),
    Details: event.details,
    Name: event.name,
    TaskName: event.taskName,
    Group: event.group,
    Tags: event.tags,
    Fields: event.fields,
  };
}

/** The data of the templates of `post` and `kafka`. */
export function alertData(event: AlertEvent): object {
  return {
    ID: event.id,
    Message: event.message,
    Details: event.details,
    Time: event.time,
    Duration: nanoseconds(event),
    Level: levelNumber(event.level),
    Data: resultData(event.series),
    PreviousLevel: levelNumber(event.previousLevel),
    Recoverable: event.recoverable,
  };
}

/** The data of the `to` templates of `smtp`. */
export function eventData(event: AlertEvent): object {
  return {
    Name: event.name,
    TaskName: event.taskName,
    Category: event.category,
    Group: event.group,
    Tags: event.tags,
    Fields: event.fields,
    Recoverable: event.recoverable,
    Result: resultData(event.series),
  };
}

/** The data of an `event` template of `alerta`. */
export function alertaEventData(event: AlertEvent): object {
  return { ID: event.id, Name: event.name, TaskName: event.taskName, Group: event.group, Tags: event.tags };
}

/** The data of the templates of `servicenow`. */
export function servicenowData(event: AlertEvent): object {
  return { ID: event.id, Name: event.name, TaskName: event.taskName, Fields: event.fields, Tags: event.tags };
}

/** The data of the templates of `zenoss`. */
export function zenossData(event: AlertEvent): object {
  return {
    Name: event.name,
    TaskName: event.taskName,
    ID: event.id,
    Message: event.message,
    Details: event.details,
    Time: event.time,
    Duration: nanoseconds(event),
    Level: levelNumber(event.level),
    Recoverable: event.recoverable,
    Tags: event.tags,
  };
}

/**
 * The data of the message of an `aggregate` handler.
 *
 * @param interval Nanoseconds between two messages.
 */
export function aggregateData(count: number, interval: Int64): object {
  return { Count: count, Interval: interval };
}

/** The data of a `row-template` of `post`: one series, its rows as maps by column. */
export function rowData(series: Series): object {
  return {
    Name: series.name,
    Tags: series.tags ?? null,
    Values: series.values.map((row) => new Map(series.columns.map((column, i) => [column, row[i] ?? null]))),
  };
}

/** The data of a sideload order: the tags themselves. */
export function tagsData(tags: Tags): object {
  return tags;
}

function resultData(series: readonly Series[] | null): object {
  return {
    Series:
      series?.map(({ name, tags, columns, values }) => ({
        Name: name,
        Tags: tags ?? null,
        Columns: columns,
        Values: values,
      })) ?? null,
  };
}

function nanoseconds({ duration, durationNs }: AlertEvent): Int64 {
  return durationNs ?? Math.round(duration * 1e6);
}
