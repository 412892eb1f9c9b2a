import type { Item } from '../../../dynamodb/expressions.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';
import type { Region } from './plan.ts';

interface Version {
  readonly atMs: number;
  readonly version: number;
}

/** One order in one region's tables, in every version that was stored there. */
interface Copy {
  readonly orderId: string;
  readonly customer: string;
  readonly owner: Region;
  readonly versions: Version[];
}

/** When each region got to know each order: as its owner, or by replication. */
export class KnownRows {
  /** By region that holds the copy, order, and owner. */
  readonly #copies = new Map<Region, Map<string, Copy>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  stored(at: Region, owner: Region, { sk, orderId, customer, version }: Item): void {
    if (sk !== 'ORDER') return;
    const copies = this.#copies.get(at) ?? new Map<string, Copy>();
    this.#copies.set(at, copies);
    const name = `${orderId} ${owner}`;
    const copy = copies.get(name) ?? { orderId: String(orderId), customer: String(customer), owner, versions: [] };
    copies.set(name, copy);
    copy.versions.push({ atMs: this.#now(), version: Number(version) });
  }

  /** Whether the region has a row of its own, at latest at a time. */
  owns(region: Region, orderId: string, atMs = this.#now()): boolean {
    return firstOf(this.#copies.get(region)?.get(`${orderId} ${region}`)) <= atMs;
  }

  owners(orderId: string): readonly Region[] {
    return [...this.#copies].filter(([region]) => this.owns(region, orderId)).map(([region]) => region);
  }

  storedMs(at: Region, orderId: string, owner: Region): number {
    return firstOf(this.#copies.get(at)?.get(`${orderId} ${owner}`));
  }

  /** The oldest version that a region may show to a question asked at a time; undefined when it may know none. */
  oldestShown(region: Region, orderId: string, askedMs: number): number | undefined {
    const own = newestOf(this.#copies.get(region)?.get(`${orderId} ${region}`), askedMs);
    // Its own row counts first, even if it was stored only after the question.
    if (this.owns(region, orderId)) return own === 0 ? undefined : own;
    const copies = [...(this.#copies.get(region)?.values() ?? [])].filter((copy) => copy.orderId === orderId);
    const versions = copies.map((copy) => newestOf(copy, askedMs));
    // If there are two rows, either may be shown, and one that arrived after the question as well.
    return versions.some((version) => version > 0) ? Math.min(...versions) : undefined;
  }

  /** Orders that every list of a customer in a region must show, asked at a time. */
  listed(region: Region, customer: string, askedMs: number): readonly string[] {
    return [...(this.#copies.get(region)?.values() ?? [])]
      .filter((copy) => copy.customer === customer && firstOf(copy) <= askedMs - longestLagMs)
      .map(({ orderId }) => orderId);
  }
}

const firstOf = (copy: Copy | undefined) => copy?.versions[0]?.atMs ?? Number.POSITIVE_INFINITY;

function newestOf(copy: Copy | undefined, atMs: number): number {
  return Math.max(0, ...(copy?.versions ?? []).filter((one) => one.atMs <= atMs).map(({ version }) => version));
}
