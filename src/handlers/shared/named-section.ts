/**
 * A section with its name under the usual key, which may be written in any letter case; only the first section of a
 * list has a name by itself, as in Kapacitor.
 */
export function namedSection<Section extends object, Key extends string>(
  section: Section,
  key: Key,
  byItself: string | undefined,
): Section {
  const written = Object.keys(section).find((name) => name.toLowerCase() === key);
  if (written === key || (written === undefined && byItself === undefined)) return section;
  const { [written ?? '']: name = byItself, ...rest } = section as Readonly<Record<string, unknown>>;
  return { [key]: name, ...rest } as unknown as Section;
}
