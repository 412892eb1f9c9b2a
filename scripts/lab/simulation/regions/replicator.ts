import type { Item } from '../../../dynamodb/expressions.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Links } from './links.ts';
import type { Region } from './plan.ts';

interface Parts {
  readonly scheduler: Scheduler;
  readonly links: Links;
  readonly isLost: (region: Region) => boolean;
  readonly regions: readonly Region[];
  readonly store: (to: Region, from: Region, table: string, row: Item) => void;
}

/**
 * Global tables with one writing region. Others get the versions of a row later and in order, but different rows in any
 * order, even those of one transaction. Nothing arrives during a cut. Rows of a lost region that have not arrived yet
 * never do.
 */
export class Replicator {
  /** Puts a version of a row into a region's replica. */
  readonly store: Parts['store'];
  readonly #parts: Parts;
  /** Arrival time of a row's latest version, by region and row. */
  readonly #arrives = new Map<string, number>();
  /** Versions in transit by region and row, oldest first; the oldest arrives first. */
  readonly #underWay = new Map<string, Item[]>();
  /** Rows that were never replicated. */
  gone = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.store = parts.store;
  }

  written(from: Region, table: string, row: Item): void {
    for (const to of this.#parts.regions) if (to !== from) this.#send(from, to, table, row);
  }

  #send(from: Region, to: Region, table: string, row: Item): void {
    const { scheduler, links } = this.#parts;
    const name = `${to} ${table} ${row.pk} ${row.sk}`;
    // A version never overtakes an earlier one.
    const earliestMs = this.#arrives.get(name) ?? 0;
    const atMs = Math.max(scheduler.now + links.drawLagMs(from, to), earliestMs);
    this.#arrives.set(name, atMs);
    const versions = this.#underWay.get(name) ?? [];
    this.#underWay.set(name, versions);
    versions.push(row);
    scheduler.after(atMs - scheduler.now, undefined, () => this.#arrive(from, to, table, name));
  }

  #arrive(from: Region, to: Region, table: string, name: string): void {
    const { scheduler, links, isLost } = this.#parts;
    if (isLost(to)) return;
    if (isLost(from)) {
      this.gone++;
      return;
    }
    const healsAtMs = links.healsAtMs(from, to);
    if (healsAtMs === undefined) {
      const row = this.#underWay.get(name)?.shift();
      if (row) this.store(to, from, table, row);
      return;
    }
    const atMs = healsAtMs + 1;
    this.#arrives.set(name, Math.max(this.#arrives.get(name) ?? 0, atMs));
    scheduler.after(atMs - scheduler.now, undefined, () => this.#arrive(from, to, table, name));
  }
}
