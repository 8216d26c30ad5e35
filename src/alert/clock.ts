/** A timer that {@link Clock.setTimeout} started. */
export interface Timer {
  /** Stops it. A timer that has fired or was stopped stays as it is. */
  cancel(): void;
}

/** Where the library takes time from. Tests give their own, so that nothing is slept for. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `callback` once, `milliseconds` from now. A timer keeps the process alive, since what it will do must
   * not be lost; one in the `background`, such as that of an idle connection, does not.
   */
  setTimeout(callback: () => void, milliseconds: number, options?: { readonly background?: boolean }): Timer;
}

const LONGEST_TIMEOUT = 2_147_483_647;

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, milliseconds, { background = false } = {}) {
    let handle: ReturnType<typeof setTimeout>;
    let left = milliseconds;
    // The platform fires at once when asked to wait longer than 2^31 ms, so a long wait is done in pieces.
    const wait = (): void => {
      const piece = Math.min(left, LONGEST_TIMEOUT);
      left -= piece;
      handle = setTimeout(left > 0 ? wait : callback, piece);
      if (background) unref(handle);
    };
    wait();
    return { cancel: () => clearTimeout(handle) };
  },
};

function unref(handle: ReturnType<typeof setTimeout>): void {
  if (typeof handle === 'object' && 'unref' in handle) handle.unref();
}
