import type { Int64 } from '../alert/int64.ts';
import type { Level } from '../alert/level.ts';
import type { Fields, Point, Tags } from '../alert/point.ts';
import { RuleOptionsError, TemplateError, TocsinError } from '../errors.ts';
import { compileTemplate } from '../template/index.ts';
import { DefaultDetails, type DetailsGroup } from './default-details.ts';
import { show } from './interval.ts';

/** What a function for `id`, `message` or `details` is given. */
export interface TextContext {
  /** The measurement's name. */
  readonly name: string;
  /** The rule's task name. */
  readonly taskName: string;
  /** The group, such as `host=web-1`; empty when nothing is grouped. */
  readonly group: string;
  /** The point's tags; of a batch, those of its group. */
  readonly tags: Tags;
  /** The point's fields. */
  readonly fields: Fields;
  /** When. */
  readonly time: Date;
}

/** What a function for `message` is given. */
export interface MessageContext extends TextContext {
  /** The alert. */
  readonly id: string;
  /** The level now. */
  readonly level: Level;
  /** Milliseconds since the alert left OK. */
  readonly duration: number;
}

/** What a function for `details` is given. */
export interface DetailsContext extends MessageContext {
  /** The message. */
  readonly message: string;
}

/** Names the machine that runs the rule; shown in the default details. */
export interface ServerInfo {
  /** Its host name. */
  readonly hostname?: string;
  /** The cluster that it is part of. */
  readonly clusterID?: string;
  /** Its own id. */
  readonly serverID?: string;
}

/** What an event is called, and says. */
export interface TextOptions {
  /**
   * The alert's id: a Go template over `.Name .TaskName .Group .Tags .ServerInfo`, or a function.
   * @default '{{ .Name }}:{{ .Group }}'
   */
  readonly id?: string | ((context: TextContext) => string);
  /**
   * The event's message: a Go template, which also has `.ID .Fields .Level .Time .Duration`, or a function.
   * @default '{{ .ID }} is {{ .Level }}'
   */
  readonly message?: string | ((context: MessageContext) => string);
  /**
   * The event's details: a Go HTML template, which also has `.Message` and the functions `json` and `jsonCompact`, or
   * a function.
   * @default '{{ json . }}'
   */
  readonly details?: string | ((context: DetailsContext) => string);
}

/** Which text of a rule. */
export type TextKind = 'id' | 'message' | 'details';

/** Told about a text that failed on a point, and was replaced by the default. */
export type TextFailure = (kind: TextKind, error: TocsinError, point: Point) => void;

/** What goes with the texts of every event of a rule. */
export interface TextSettings {
  readonly taskName: string;
  readonly strict: boolean;
}

/** The data of a template, by Go's names. One object serves all events of a rule, since templates keep nothing. */
export interface TemplateData {
  Name: string;
  readonly TaskName: string;
  Group: string;
  Tags: Tags;
  readonly ServerInfo: Readonly<Record<'Hostname' | 'ClusterID' | 'ServerID', string>>;
  ID: string;
  Fields: Fields;
  Level: Level;
  Time: Date;
  Duration: Int64;
  Message: string;
}

/** What texts need of a group, and keep in it. */
export interface TextGroup extends DetailsGroup {
  /** As Kapacitor writes it: `host=web-1`. */
  readonly label: string;
}

type Text = () => string;

const NO_TAGS: Tags = Object.freeze({});
/** What templates show as the group when nothing is grouped. */
const NO_GROUP = 'nil';

/**
 * Renders the id, message and details of a rule's events. A text that fails is replaced by the default one: an alert
 * with a poor text is better than none.
 */
export class RuleTexts {
  readonly #failed: TextFailure;
  readonly #data: TemplateData;
  readonly #id: Text;
  readonly #message: Text;
  readonly #details: Text;
  #point: Point;
  #group: TextGroup = { label: '', detailsFrame: undefined };
  #duration = 0;

  /**
   * @throws {TemplateError} When a template cannot be parsed.
   * @throws {RuleOptionsError} When a text is neither a template nor a function.
   */
  constructor(
    options: TextOptions & { readonly serverInfo?: ServerInfo },
    settings: TextSettings,
    failed: TextFailure,
  ) {
    const { hostname = '', clusterID = '', serverID = '' } = options.serverInfo ?? {};
    const server = { Hostname: hostname, ClusterID: clusterID, ServerID: serverID };
    this.#failed = failed;
    this.#point = { name: '', fields: {}, time: new Date(0) };
    this.#data = {
      Name: '',
      TaskName: settings.taskName,
      Group: '',
      Tags: NO_TAGS,
      ServerInfo: server,
      ID: '',
      Fields: {},
      Level: 'OK',
      Time: this.#point.time,
      Duration: 0,
      Message: '',
    };
    const data = this.#data;
    this.#id = this.#text('id', options.id, settings, () => `${data.Name}:${data.Group}`);
    this.#message = this.#text('message', options.message, settings, () => `${data.ID} is ${data.Level}`);
    const details = new DefaultDetails(data);
    this.#details = this.#text('details', options.details, settings, () => details.of(data, this.#group));
  }

  /** The id of the alert that a point of a group is about. */
  id(point: Point, group: TextGroup): string {
    const data = this.#data;
    const { label } = group;
    this.#point = point;
    this.#group = group;
    data.Name = point.name;
    data.Group = label === '' ? NO_GROUP : label;
    data.Tags = point.tags ?? NO_TAGS;
    return this.#id();
  }

  /** The message of an event whose id was asked for just now. */
  message(id: string, level: Level, duration: number, durationNs: Int64): string {
    const data = this.#data;
    const { fields, time } = this.#point;
    this.#duration = duration;
    data.ID = id;
    data.Level = level;
    data.Fields = fields;
    data.Time = time;
    data.Duration = durationNs;
    return this.#message();
  }

  /** The details of an event whose message was asked for just now. */
  details(message: string): string {
    this.#data.Message = message;
    return this.#details();
  }

  #text(kind: TextKind, option: unknown, settings: TextSettings, fallback: Text): Text {
    if (option === undefined) return fallback;
    const render = this.#renderer(kind, option, settings);
    return () => {
      try {
        return render();
      } catch (error) {
        this.#failed(kind, asTocsinError(kind, error), this.#point);
        return fallback();
      }
    };
  }

  #renderer(kind: TextKind, option: unknown, settings: TextSettings): Text {
    if (typeof option === 'function') {
      return () => {
        const text: unknown = option(this.#context(kind));
        if (typeof text === 'string') return text;
        throw new TemplateError('TEMPLATE_RENDER', `${kind} must return a text, got ${show(text)}`);
      };
    }
    if (typeof option !== 'string') {
      throw new RuleOptionsError(`${kind} must be a template or a function, got ${show(option)}`);
    }
    const html = kind === 'details';
    const template = compileTemplate(option, {
      name: kind,
      dataType: kind,
      html,
      json: html,
      strict: settings.strict,
    });
    return () => template.render(this.#data);
  }

  #context(kind: TextKind): TextContext | MessageContext | DetailsContext {
    const { ID: id, Level: level, TaskName: taskName, Message: message } = this.#data;
    const { name, tags = NO_TAGS, fields, time } = this.#point;
    const group = this.#group.label;
    const duration = this.#duration;
    if (kind === 'id') return { name, taskName, group, tags, fields, time };
    if (kind === 'message') return { name, taskName, group, tags, fields, time, id, level, duration };
    return { name, taskName, group, tags, fields, time, id, level, duration, message };
  }
}

function asTocsinError(kind: TextKind, error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TemplateError('TEMPLATE_RENDER', `${kind} threw: ${reason}`, { cause: error });
}
