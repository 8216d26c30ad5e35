import { LEVELS, type Level } from '../../alert/level.ts';
import { jsonText } from '../functions/json.ts';
import { DURATION } from '../time/duration-type.ts';
import { TIME } from '../time/time-type.ts';
import {
  ANY,
  ANY_MAP,
  BOOL,
  type Field,
  type GoType,
  INT,
  LOOSE_ANY,
  LOOSE_ANY_MAP,
  mapOf,
  pointerTo,
  STRING,
  STRING_MAP,
  sliceOf,
  structOf,
} from '../value/go-type.ts';
import { stringValue, Value } from '../value/value.ts';

/** The data that a template is about: what it is given decides which members it knows. */
export type DataTypeName =
  | 'id'
  | 'message'
  | 'details'
  | 'templateData'
  | 'templateDataPointer'
  | 'alertData'
  | 'eventData'
  | 'aggregate'
  | 'alertaEvent'
  | 'servicenow'
  | 'zenoss'
  | 'row'
  | 'tags';

const levelText = (raw: unknown): string => LEVELS[Number(raw)] ?? `%!Level(${raw})`;

/** A level that is a number with a name: `eq .Level 3`, printed `CRITICAL`. */
export const LEVEL: GoType = {
  name: 'alert.Level',
  kind: 'int',
  bits: 64,
  text: levelText,
  json: (raw) => `"${levelText(raw)}"`,
  methods: new Map([['String', { parameters: [], call: ({ raw }) => stringValue(levelText(raw)) }]]),
};

const SERVER_INFO = structOf('kapacitor.serverInfo', [
  { name: 'Hostname', type: STRING },
  { name: 'ClusterID', type: STRING },
  { name: 'ServerID', type: STRING },
]);

const strings = (...names: readonly string[]): Field[] => names.map((name) => ({ name, type: STRING }));

/** The type of a template's data. Strict, a `number` is a float64; otherwise also an int where it is integral. */
export function dataType(name: DataTypeName, strict: boolean): GoType {
  const type = (strict ? STRICT : LOOSE).get(name);
  if (!type) throw new RangeError(`there is no data type '${name}'`);
  return type;
}

/** The number of a level, as the data of `alertData` and `zenoss` hold it. */
export function levelNumber(level: Level): number {
  return LEVELS.indexOf(level);
}

const STRICT = dataTypes(ANY, ANY_MAP);
const LOOSE = dataTypes(LOOSE_ANY, LOOSE_ANY_MAP);

function dataTypes(any: GoType, anyMap: GoType): ReadonlyMap<DataTypeName, GoType> {
  const tags: Field = { name: 'Tags', type: STRING_MAP };
  const fields: Field = { name: 'Fields', type: anyMap };
  const when: Field[] = [
    { name: 'Time', type: TIME },
    { name: 'Duration', type: DURATION },
  ];
  const id = structOf('kapacitor.idInfo', [
    ...strings('Name', 'TaskName', 'Group'),
    tags,
    { name: 'ServerInfo', type: SERVER_INFO },
  ]);
  const message = structOf('kapacitor.messageInfo', [
    { name: 'idInfo', type: id, embedded: true },
    ...strings('ID'),
    fields,
    ...strings('Level'),
    ...when,
  ]);
  const details = structOf('kapacitor.detailsInfo', [
    { name: 'messageInfo', type: message, embedded: true },
    ...strings('Message'),
  ]);
  const templateData = structOf('alert.TemplateData', [
    ...strings('ID', 'Message', 'Level'),
    ...when,
    ...strings('Details', 'Name', 'TaskName', 'Group'),
    tags,
    fields,
  ]);
  const result = resultType(any);
  const zenoss = structOf('', [
    ...strings('Name', 'TaskName', 'ID', 'Message', 'Details'),
    ...when,
    { name: 'Level', type: LEVEL },
    { name: 'Recoverable', type: BOOL },
    tags,
  ]);
  const zenossName = `struct { ${zenoss.fields?.map((field) => `${field.name} ${field.type.name}`).join('; ')} }`;
  return new Map<DataTypeName, GoType>([
    ['id', id],
    ['message', message],
    ['details', details],
    ['templateData', templateData],
    ['templateDataPointer', pointerTo(templateData)],
    ['alertData', alertData(result)],
    [
      'eventData',
      structOf('alert.EventData', [
        ...strings('Name', 'TaskName', 'Category', 'Group'),
        tags,
        fields,
        { name: 'Recoverable', type: BOOL },
        { name: 'Result', type: result },
      ]),
    ],
    [
      'aggregate',
      structOf('alert.aggregateMessageData', [
        { name: 'Count', type: INT },
        { name: 'Interval', type: DURATION },
      ]),
    ],
    ['alertaEvent', structOf('alerta.eventData', [...strings('ID', 'Name', 'TaskName', 'Group'), tags])],
    [
      'servicenow',
      pointerTo(structOf('servicenow.dataInfo', [...strings('ID', 'Name', 'TaskName'), fields, tags])),
    ],
    ['zenoss', pointerTo({ ...zenoss, name: zenossName })],
    [
      'row',
      pointerTo(
        structOf('kapacitor.mappedRow', [
          ...strings('Name'),
          tags,
          { name: 'Values', type: sliceOf(anyMap) },
        ]),
      ),
    ],
    ['tags', { ...mapOf(STRING, STRING), name: 'models.Tags' }],
  ]);
}

function resultType(any: GoType): GoType {
  const row = structOf('models.Row', [
    { name: 'Name', type: STRING, json: 'name', omitEmpty: true },
    { name: 'Tags', type: STRING_MAP, json: 'tags', omitEmpty: true },
    { name: 'Columns', type: sliceOf(STRING), json: 'columns', omitEmpty: true },
    { name: 'Values', type: sliceOf(sliceOf(any)), json: 'values', omitEmpty: true },
  ]);
  const series: Field = {
    name: 'Series',
    type: { ...sliceOf(pointerTo(row)), name: 'models.Rows' },
    json: 'series',
  };
  const inJson = structOf('models.Result', [series]);
  const text = (raw: unknown): string => jsonText(new Value(inJson, raw));
  return {
    ...structOf('models.Result', [
      series,
      { name: 'Err', type: { name: 'error', kind: 'interface', methods: new Map() } },
    ]),
    text,
    json: text,
    methods: new Map([['String', { parameters: [], call: ({ raw }) => stringValue(text(raw)) }]]),
  };
}

function alertData(result: GoType): GoType {
  return structOf('alert.Data', [
    { name: 'ID', type: STRING, json: 'id' },
    { name: 'Message', type: STRING, json: 'message' },
    { name: 'Details', type: STRING, json: 'details' },
    { name: 'Time', type: TIME, json: 'time' },
    { name: 'Duration', type: DURATION, json: 'duration' },
    { name: 'Level', type: LEVEL, json: 'level' },
    { name: 'Data', type: result, json: 'data' },
    { name: 'PreviousLevel', type: LEVEL, json: 'previousLevel' },
    { name: 'Recoverable', type: BOOL, json: 'recoverable' },
  ]);
}
