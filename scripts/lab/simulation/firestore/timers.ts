let pause: (ms: number) => Promise<void> = async () => {};

/** Makes the adapters wait in simulated time. */
export function waitIn(scheduled: (ms: number) => Promise<void>): void {
  pause = scheduled;
}

/** Replaces `setTimeout` of `node:timers/promises`. Ignores the delay: the seed draws it. */
export function setTimeout(): Promise<void> {
  return pause(20);
}
