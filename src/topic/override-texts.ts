import type { AlertEvent } from '../alert/event.ts';
import type { Handler, HandlerContext } from '../handler/handler.ts';

/** Renders a text for an event. */
export type Render = (event: AlertEvent) => string;

/** The texts of events that a handler has its own templates for. */
export interface TextOverrides {
  readonly message: Render | undefined;
  readonly details: Render | undefined;
  /** Told of a template that failed; the event's own text goes out then. */
  readonly failed: (part: 'message' | 'details', event: AlertEvent, error: unknown) => void;
  /** Told of the event that the handler gets in place of another. */
  readonly replaced: (event: AlertEvent, by: AlertEvent) => void;
}

/** A handler that gets events with other texts. */
export function overrideTexts(handler: Handler, overrides: TextOverrides): Handler {
  const { message, details, failed, replaced } = overrides;
  if (message === undefined && details === undefined) return handler;
  const render = (part: 'message' | 'details', event: AlertEvent, make: Render | undefined): string => {
    if (make === undefined) return event[part];
    try {
      return make(event);
    } catch (error) {
      failed(part, event, error);
      return event[part];
    }
  };
  return {
    handle(event: AlertEvent, context: HandlerContext): void | Promise<void> {
      const other = { ...event, message: render('message', event, message) };
      const final = { ...other, details: render('details', other, details) };
      replaced(event, final);
      return handler.handle(final, context);
    },
    ...(handler.flush && { flush: () => handler.flush?.() }),
    ...(handler.close && { close: () => handler.close?.() }),
  };
}
