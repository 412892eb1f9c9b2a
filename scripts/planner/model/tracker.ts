/** What was seen of one element: a limit of the system that a load may reach. */
export interface Element {
  readonly id: string;
  readonly unit: string;
  /** At the moment of the highest use. */
  peak: number;
  limit: number;
  /** Peak divided by limit; above 1 something was refused or waits. */
  use: number;
  offered: number;
  refused: number;
  /** AWS's own name of the reason, where it has one. */
  reason: string;
  /** Seconds since the begin of the run in which it refused or was late; null: never. */
  since: number | null;
  until: number | null;
}

export interface Observation {
  readonly unit: string;
  readonly demand: number;
  readonly limit: number;
  readonly offered: number;
  readonly refused: number;
  readonly reason: string;
  /** More than `refused`: also lateness breaks an element. */
  readonly broken?: boolean;
}

/** Below it an element is not counted as refusing: rounding. */
const least = 1e-6;

export class Tracker {
  readonly elements = new Map<string, Element>();

  observe(id: string, at: number, seen: Observation): void {
    const { unit, demand, limit, offered, refused, reason, broken = false } = seen;
    let element = this.elements.get(id);
    if (!element) {
      element = { id, unit, peak: 0, limit, use: 0, offered: 0, refused: 0, reason, since: null, until: null };
      this.elements.set(id, element);
    }
    const use = limit > 0 ? demand / limit : 0;
    if (use > element.use) Object.assign(element, { use, peak: demand, limit, reason });
    element.offered += offered;
    element.refused += refused;
    if (refused <= least && !broken) return;
    element.since ??= at;
    element.until = at;
  }
}
