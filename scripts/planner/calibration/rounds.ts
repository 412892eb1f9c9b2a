/**
 * Answers calls in rounds: all pending calls are answered together, once nothing else can run. So the number of rounds
 * is the length of the longest chain of dependent calls.
 */
export class Rounds {
  count = 0;
  #waiting: (() => void)[] = [];

  begin(): void {
    this.count = 0;
  }

  /** Settles like the outcome, in the next round. */
  answer<Answer>(work: () => Answer | Error): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#next());
      const outcome = work();
      this.#waiting.push(() => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
    });
  }

  #next(): void {
    this.count++;
    for (const settle of this.#waiting.splice(0)) settle();
  }
}
