let nowMs = 0;

/**
 * Stops `Date` and the luck of this process or thread, so that the same code does the same: a random wait has more or
 * fewer digits in a log line, too. Time then moves only when it is told to.
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
