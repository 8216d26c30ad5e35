import { displayText } from '../fmt/display.ts';
import type { OperandNode, PipelineNode } from '../syntax/node.ts';
import { anyValue, typedValue } from '../value/any-value.ts';
import type { GoType } from '../value/go-type.ts';

/** Reads from a template's data what an action writes. */
type DirectText = (data: Record<string, unknown>) => string;

const NO_VALUE = '<no value>';

/**
 * The short way for what nearly every template is made of: `.ID`, `.Tags.host`, `index .Tags "host"`. It gives what
 * the long way gives; `undefined` when an action is anything else.
 */
export function directText({ commands, variables }: PipelineNode, type?: GoType): DirectText | undefined {
  const [command] = commands;
  if (type?.members === undefined || !command || commands.length > 1 || variables.length > 0)
    return undefined;
  const [operand, ...args] = command.operands;
  if (operand.kind === 'field' && args.length === 0) {
    const [name = '', key] = operand.path;
    const member = type.members.get(name);
    if (!member || operand.path.length > 2) return undefined;
    return key === undefined ? memberText(member, name) : entryText(member, name, key, NO_VALUE);
  }
  if (operand.kind === 'function' && operand.name === 'index') return indexText(type, args);
  return undefined;
}

function memberText(type: GoType, name: string): DirectText | undefined {
  if (type.kind === 'string') return (data) => (data[name] ?? '') as string;
  if (type.text && type.kind !== 'pointer') return (data) => displayText(typedValue(type, data[name]));
  return undefined;
}

function indexText(type: GoType, args: readonly OperandNode[]): DirectText | undefined {
  const [map, key] = args;
  if (args.length !== 2 || map?.kind !== 'field' || map.path.length !== 1 || key?.kind !== 'constant') {
    return undefined;
  }
  const [name = ''] = map.path;
  const member = type.members?.get(name);
  if (!member || key.value.type.kind !== 'string') return undefined;
  return entryText(member, name, String(key.value.raw), member.elem?.kind === 'string' ? '' : NO_VALUE);
}

function entryText(type: GoType, name: string, key: string, missing: string): DirectText | undefined {
  const { elem } = type;
  if (type.kind !== 'map' || type.key?.kind !== 'string') return undefined;
  if (elem?.kind === 'string') {
    return (data) => {
      const map = data[name] as Record<string, string> | undefined;
      return map !== undefined && Object.hasOwn(map, key) ? (map[key] ?? '') : missing;
    };
  }
  if (elem?.kind !== 'interface') return undefined;
  const loose = elem.loose === true;
  return (data) => {
    const map = data[name] as Record<string, unknown> | undefined;
    if (map === undefined || !Object.hasOwn(map, key)) return missing;
    const value = map[key];
    if (typeof value === 'string') return value;
    if (value === null || value === undefined) return NO_VALUE;
    return displayText(anyValue(value, loose));
  };
}
