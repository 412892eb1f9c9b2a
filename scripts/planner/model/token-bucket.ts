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
    const available = this.#tokens + this.rate * seconds;
    const granted = Math.min(amount, available);
    this.#tokens = Math.min(this.burst, available - granted);
    return granted;
  }
}
