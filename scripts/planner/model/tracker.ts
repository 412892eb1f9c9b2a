/** Observations of one element: a limit of the system that a load may reach. */
export interface Element {
  readonly id: string;
  readonly unit: string;
  /** Value at the moment of the highest use. */
  peak: number;
  limit: number;
  /** Peak divided by limit. Above 1, requests were refused or delayed. */
  use: number;
  offered: number;
  refused: number;
  /** AWS's own name of the reason, where it has one. */
  reason: string;
  /** Seconds from the start of the run until it first refused or was late; null: never. */
  since: number | null;
  until: number | null;
  /** Largest concurrency seen, for elements that count environments. */
  peakCount: number;
}

export interface Observation {
  readonly count?: number;
  readonly unit: string;
  readonly demand: number;
  readonly limit: number;
  readonly offered: number;
  readonly refused: number;
  readonly reason: string;
  /** Being late breaks an element, too. */
  readonly broken?: boolean;
  /** Length of the time step. */
  readonly seconds: number;
}

/** Totals of the last second. Limits are per second, so a shorter burst is not a peak. */
interface Window {
  seconds: number;
  demand: number;
  limit: number;
}

/** Smaller amounts are rounding errors, not refusals. */
const least = 1e-6;

export class Tracker {
  readonly elements = new Map<string, Element>();

  readonly #windows = new Map<string, Window>();

  observe(id: string, at: number, seen: Observation): void {
    let element = this.elements.get(id);
    if (!element) {
      const { unit, limit, reason } = seen;
      element = {
        id,
        unit,
        peak: 0,
        limit,
        use: 0,
        offered: 0,
        refused: 0,
        reason,
        since: null,
        until: null,
        peakCount: 0,
      };
      this.elements.set(id, element);
    }
    this.#peak(element, seen);
    if (seen.count !== undefined) element.peakCount = Math.max(element.peakCount, seen.count);
    element.offered += seen.offered;
    element.refused += seen.refused;
    if (seen.refused <= least && !seen.broken) return;
    element.since ??= at;
    element.until = at + seen.seconds;
    element.reason = seen.reason;
  }

  #peak(element: Element, { demand, limit, seconds, reason }: Observation): void {
    let window = this.#windows.get(element.id);
    if (!window) {
      window = { seconds: 0, demand: 0, limit: 0 };
      this.#windows.set(element.id, window);
    }
    window.seconds += seconds;
    window.demand += demand * seconds;
    window.limit += limit * seconds;
    if (window.seconds < 1 - least) return;
    const use = window.limit > 0 ? window.demand / window.limit : 0;
    if (use > element.use) {
      element.use = use;
      element.peak = window.demand / window.seconds;
      element.limit = window.limit / window.seconds;
      if (element.since === null) element.reason = reason;
    }
    window.seconds = 0;
    window.demand = 0;
    window.limit = 0;
  }
}
