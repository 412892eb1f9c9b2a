const minuteMs = 60_000;

/** The maximum of the last minute, in steps of a few seconds; 0 without values. */
export class RecentMaximum {
  readonly #now: () => number;
  readonly #stepMs = 5_000;
  #steps: { readonly at: number; value: number }[] = [];

  /** `now` in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(value: number): void {
    const at = Math.floor(this.#now() / this.#stepMs) * this.#stepMs;
    const last = this.#steps.at(-1);
    if (last?.at === at) last.value = Math.max(last.value, value);
    else this.#steps = [...this.#recent(), { at, value }];
  }

  read(): number {
    return Math.max(0, ...this.#recent().map(({ value }) => value));
  }

  #recent() {
    const since = this.#now() - minuteMs;
    return this.#steps.filter(({ at }) => at > since);
  }
}
