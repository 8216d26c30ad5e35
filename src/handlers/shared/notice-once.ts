import type { HandlerHost } from '../../handler/handler.ts';

/** A notice for the operator that is given once, however many handlers are made. */
export function noticeOnce(message: string): (host: Pick<HandlerHost, 'warn'>) => void {
  let given = false;
  return (host) => {
    if (given) return;
    given = true;
    host.warn(message);
  };
}
