/**
 * Answers calls in rounds: all that were made before anything else could run are answered together. So the number of
 * rounds is the length of the longest chain of calls that wait for each other.
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
