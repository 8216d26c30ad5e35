/** A piece of a template's source. */
export interface Place {
  readonly offset: number;
  readonly end: number;
}

/**
 * Why a template's function or value failed, thrown inside the engine only: rendering turns it into a
 * `TemplateError`.
 */
export class TemplateFailure extends Error {
  /** What to do about it. */
  readonly cure: string | undefined;
  /** The piece of the template that it is about, once someone knows. */
  place: Place | undefined;

  constructor(reason: string, cure?: string, place?: Place) {
    super(reason);
    this.name = 'TemplateFailure';
    this.cure = cure;
    this.place = place;
  }
}
