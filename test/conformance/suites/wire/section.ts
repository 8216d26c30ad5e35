type Section = Readonly<Record<string, unknown>>;

/** A section decoded over defaults. The letter case of its names does not matter. */
export function over(defaults: Section, section: Section): Section {
  const given = new Set(Object.keys(section).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !given.has(name.toLowerCase()));
  return { ...Object.fromEntries(missing), ...section };
}

/** A section as the server decodes it: a service is switched off unless it says otherwise. */
export function sectionOf(section: unknown): Section {
  return over({ enabled: false }, (section ?? {}) as Section);
}

/** A list of sections as the server decodes it. Without any, there is one that is switched off. */
export function sectionsOf(sections: unknown): readonly Section[] {
  const list = Array.isArray(sections) ? sections : [sections];
  return list.length === 0 ? [sectionOf(undefined)] : list.map(sectionOf);
}
