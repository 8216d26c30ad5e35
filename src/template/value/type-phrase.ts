import type { GoType } from './go-type.ts';

/** A type in a sentence: `a string`, `an int64`, `nil`, `the data`. */
export function typePhrase(type: GoType | undefined): string {
  if (!type || type.kind === 'interface') return 'nil';
  if (type.members || type.elem?.members) return 'the data';
  return `${/^[aeiou]/.test(type.name) ? 'an' : 'a'} ${type.name}`;
}

/** The same at the beginning of a sentence. */
export function typeSubject(type: GoType | undefined): string {
  const phrase = typePhrase(type);
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}
