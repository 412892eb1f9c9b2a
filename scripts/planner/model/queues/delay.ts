/** Amounts that were taken are forgotten by so many at a time. */
const mostTaken = 4_096;

/** Amounts that become due later, in order of time. */
export class Delay {
  readonly #due: { readonly at: number; amount: number }[] = [];
  #next = 0;
  pending = 0;

  add(at: number, amount: number): void {
    if (amount <= 0) return;
    this.pending += amount;
    const last = this.#due.at(-1);
    // Amounts within a tenth of a second are merged.
    if (last && Math.abs(last.at - at) < 0.1) last.amount += amount;
    else this.#due.push({ at, amount });
    if (last && at < last.at) this.#sort();
  }

  take(now: number): number {
    let amount = 0;
    for (let first = this.#due[this.#next]; first && first.at <= now; first = this.#due[this.#next]) {
      amount += first.amount;
      this.#next++;
    }
    this.pending = Math.max(0, this.pending - amount);
    if (this.#next > mostTaken) this.#forget();
    return amount;
  }

  #forget(): void {
    this.#due.splice(0, this.#next);
    this.#next = 0;
  }

  #sort(): void {
    const rest = this.#due.splice(this.#next).sort((a, b) => a.at - b.at);
    this.#due.push(...rest);
  }
}
