let pause: (ms: number) => Promise<void> = async () => {};

/** Whose time the adapters wait in. */
export function waitIn(scheduled: (ms: number) => Promise<void>): void {
  pause = scheduled;
}

/** Stands in for the one of `node:timers/promises`. The pause is drawn by the seed, so the length asked for is not. */
export function setTimeout(): Promise<void> {
  return pause(20);
}
