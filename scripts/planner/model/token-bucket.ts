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

  /** @returns the granted part of `amount`, which is spread over `seconds` */
  take(amount: number, seconds: number): number {
    this.refill(seconds);
    return this.draw(amount);
  }

  /** Call it once per time step, before any draw. */
  refill(seconds: number): void {
    // Tokens beyond the burst can still be drawn within this step.
    this.#tokens = Math.min(this.burst, this.#tokens) + this.rate * seconds;
  }

  draw(amount: number): number {
    const granted = Math.min(amount, this.#tokens);
    this.#tokens -= granted;
    return granted;
  }
}
