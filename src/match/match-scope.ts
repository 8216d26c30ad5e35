import type { AlertEvent } from '../alert/event.ts';
import { isInherited, type ScopeKind } from '../lambda/index.ts';

/** An alert event: a reference is a tag or, when there is no such tag, a field. */
export const matchScope: ScopeKind<AlertEvent> = {
  holds: ['string', 'float', 'int', 'bool'],
  reader: (name) =>
    isInherited(name)
      ? ({ tags, fields }) =>
          Object.hasOwn(tags, name) ? tags[name] : Object.hasOwn(fields, name) ? fields[name] : undefined
      : ({ tags, fields }) => {
          const tag = tags[name];
          return tag === undefined ? fields[name] : tag;
        },
};
