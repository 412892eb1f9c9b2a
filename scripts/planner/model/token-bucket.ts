/** Grants at most `rate` a second, and `burst` at once. */
export class TokenBucket {
  rate: number;
  burst: number;
  #tokens: number;

  constructor(rate: number, burst: number) {
    this.rate = rate;
    this.burst = burst;
    this.#tokens = burst;
  }

  /** How much of `amount`, spread over `seconds`, is granted. */
  take(amount: number, seconds: number): number {
    this.refill(seconds);
    return this.draw(amount);
  }

  /** Once a step of time, before all that draw in it. */
  refill(seconds: number): void {
    // What the burst cannot hold may still be drawn within the step.
    this.#tokens = Math.min(this.burst, this.#tokens) + this.rate * seconds;
  }

  draw(amount: number): number {
    const granted = Math.min(amount, this.#tokens);
    this.#tokens -= granted;
    return granted;
  }
}
