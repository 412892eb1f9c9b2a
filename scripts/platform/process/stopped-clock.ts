let nowMs = 0;

/**
 * Stops `Date` and randomness in this process or thread, so that the same code gives the same output: even a random
 * wait changes the digits of a log line. Time then moves only by `setClock`.
 *
 * @param beginMs epoch milliseconds
 */
export function stopClock(beginMs: number): void {
  nowMs = beginMs;
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string]) {
      super(given[0] ?? nowMs);
    }

    static override now(): number {
      return nowMs;
    }
  } as DateConstructor;
  Math.random = () => 0.5;
}

/** @param ms epoch milliseconds */
export function setClock(ms: number): void {
  nowMs = ms;
}

export function moveClock(ms: number): void {
  nowMs += ms;
}
