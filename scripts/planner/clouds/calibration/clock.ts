/** The functions' clock: it stands still until it is moved, so that the same code gives the same numbers. */
let nowMs = Date.parse('2026-11-27T12:00:00.000Z');

export function stopClock(): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string]) {
      super(given[0] ?? nowMs);
    }

    static override now(): number {
      return nowMs;
    }
  } as DateConstructor;
  performance.now = () => nowMs;
  // A random wait has more or fewer digits in a log line.
  Math.random = () => 0.5;
}

export function moveClock(ms: number): void {
  nowMs += ms;
}
