type Section = Readonly<Record<string, unknown>>;

/** A section as the server decodes it: a service is switched off unless it says otherwise. */
export function sectionOf(section: unknown): Section {
  return { enabled: false, ...(section as Section | undefined) };
}

/** A list of sections as the server decodes it. Without any, there is one that is switched off. */
export function sectionsOf(sections: unknown): readonly Section[] {
  const list = Array.isArray(sections) ? sections : [sections];
  return list.length === 0 ? [sectionOf(undefined)] : list.map(sectionOf);
}
