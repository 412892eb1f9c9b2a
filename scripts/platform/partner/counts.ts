/** Outcome of a call. */
export const outcomes = [
  'accepted',
  'refused',
  'failed',
  'down',
  'lost',
  'hung',
  'conflicting',
  'malformed',
  'unsigned',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Calls since the start, by outcome. */
export type PartnerCalls = Readonly<Record<Outcome, number>> & { readonly all: number };

/** Time range of the page's chart. */
export const secondsShown = 60;

export class PartnerCounts {
  readonly #counts = new Map<Outcome, number>();
  readonly #perSecond = new Map<number, number>();
  #all = 0;

  /** Counts the start of a call, and returns its number. */
  begin(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + 1);
    for (const old of this.#perSecond.keys()) if (old < second - secondsShown) this.#perSecond.delete(old);
    return ++this.#all;
  }

  end(outcome: Outcome): void {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
  }

  snapshot(): PartnerCalls {
    const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, this.#counts.get(outcome) ?? 0]));
    return { all: this.#all, ...(counts as Record<Outcome, number>) };
  }

  /** Calls in each of the last seconds, oldest first. */
  lastSeconds(nowMs: number): readonly number[] {
    const first = Math.floor(nowMs / 1_000) - secondsShown + 1;
    return Array.from({ length: secondsShown }, (_, index) => this.#perSecond.get(first + index) ?? 0);
  }
}
