import type { Item } from '../../../dynamodb/expressions.ts';
import { longestLagMs } from '../../../dynamodb/history.ts';
import type { Region } from './plan.ts';

interface Version {
  readonly atMs: number;
  readonly version: number;
}

/** An order in one region's tables, with every version stored there. */
interface Copy {
  readonly orderId: string;
  readonly customer: string;
  readonly owner: Region;
  readonly versions: Version[];
}

/** Times at which each region learnt of each order, as its owner or by replication. */
export class KnownRows {
  /** Copies by the region that holds them, then by order and owner. */
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

  /** Whether the region had its own row at a time. */
  owns(region: Region, orderId: string, atMs = this.#now()): boolean {
    return firstOf(this.#copies.get(region)?.get(`${orderId} ${region}`)) <= atMs;
  }

  owners(orderId: string): readonly Region[] {
    return [...this.#copies].filter(([region]) => this.owns(region, orderId)).map(([region]) => region);
  }

  storedMs(at: Region, orderId: string, owner: Region): number {
    return firstOf(this.#copies.get(at)?.get(`${orderId} ${owner}`));
  }

  /** Oldest version that a region may show for a read sent at a time; undefined if the order may be unknown there. */
  oldestShown(region: Region, orderId: string, askedMs: number): number | undefined {
    const own = newestOf(this.#copies.get(region)?.get(`${orderId} ${region}`), askedMs);
    // The region's own row takes precedence, even if it was stored after the read was sent.
    if (this.owns(region, orderId)) return own === 0 ? undefined : own;
    const copies = [...(this.#copies.get(region)?.values() ?? [])].filter((copy) => copy.orderId === orderId);
    const versions = copies.map((copy) => newestOf(copy, askedMs));
    // If there are two rows, either may be shown, including one that arrived after the read was sent.
    return versions.some((version) => version > 0) ? Math.min(...versions) : undefined;
  }

  /** Orders that a region's list must show to a customer who asks at a time. */
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
