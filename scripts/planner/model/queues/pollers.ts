/** Scaling rule of Lambda's pollers of a queue. */
export interface PollerRule {
  readonly start: number;
  readonly perMinute: number;
  readonly max: number;
  /** Concurrent batches removed per batch whose function threw. */
  readonly perError: number;
}

export interface QueueLoad {
  readonly backlog: number;
  /** Messages that arrived. */
  readonly arrived: number;
  /** Messages per second that one concurrent batch processes. */
  readonly perConcurrency: number;
  /** Share of the batches whose function throws. Reported item failures do not count. */
  readonly errorShare: number;
  /** Messages of a batch. */
  readonly batch: number;
}

/**
 * Concurrent batches of one queue. They grow while messages wait, up to the concurrency that matches the fastest
 * arrivals since the queue was last empty: measured runs do not overshoot, and a dropped backlog grows to its end.
 */
export class Pollers {
  concurrency: number;
  /** Messages of the last step whose function threw: they come back after the visibility timeout. */
  failed = 0;
  readonly #rule: PollerRule;
  #fastest = 0;

  constructor(rule: PollerRule) {
    this.#rule = rule;
    this.concurrency = Math.min(rule.start, rule.max);
  }

  /** @returns the number of messages that succeeded */
  step({ backlog, arrived, perConcurrency, errorShare, batch }: QueueLoad, seconds: number): number {
    const { start, perMinute, max, perError } = this.#rule;
    this.#fastest = Math.max(this.#fastest, arrived / seconds);
    const waiting = backlog + arrived;
    const processed = Math.min(waiting, this.concurrency * perConcurrency * seconds);
    const left = waiting - processed;
    if (left > 0) this.concurrency += (perMinute / 60) * seconds;
    const keepsUp = Math.max(start, this.#fastest / perConcurrency);
    this.concurrency -= ((processed * errorShare) / batch) * perError;
    this.concurrency = Math.min(max, Math.max(1, Math.min(this.concurrency, keepsUp)));
    if (left <= 0) {
      this.#fastest = arrived / seconds;
      if (waiting === 0) this.concurrency = Math.min(max, start);
    }
    this.failed = processed * errorShare;
    return processed - this.failed;
  }
}
