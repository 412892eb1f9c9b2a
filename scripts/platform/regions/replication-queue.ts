import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export type Item = Record<string, AttributeValue>;

/** A write to one item, as the stream of its table tells it. */
export interface Write {
  readonly table: string;
  readonly key: Item;
  /** Undefined: the item was deleted. */
  readonly item: Item | undefined;
  /** When it was written, in the order of the table's writes. */
  readonly sequence: bigint;
}

interface Waiting {
  readonly write: Write;
  readonly dueMs: number;
}

/** Milliseconds from a write until its replica has it. */
export interface Lag {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Writes on their way to a replica. As in a global table, each travels alone and takes its own time: a later one may
 * overtake, and a transaction arrives in parts. Of two writes to an item, the last written wins, whichever arrives last.
 */
export class ReplicationQueue {
  readonly #lag: Lag;
  readonly #random: ReturnType<typeof xoroshiro128plus>;
  readonly #newest = new Map<string, bigint>();
  #waiting: Waiting[] = [];

  constructor(lag: Lag, seed: number) {
    this.#lag = lag;
    this.#random = xoroshiro128plus(seed);
  }

  get length(): number {
    return this.#waiting.length;
  }

  add(write: Write, nowMs: number): void {
    const { minMs, maxMs } = this.#lag;
    this.#waiting.push({ write, dueMs: nowMs + minMs + uniformFloat64(this.#random) * (maxMs - minMs) });
  }

  /** Removes what is due, and returns what the replica has to write: the newest write to each item. */
  take(nowMs: number): Write[] {
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return [];
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > nowMs);
    const taken = new Map<string, Write>();
    for (const { write } of due) {
      const name = nameOf(write);
      if (write.sequence > (this.#newest.get(name) ?? -1n)) {
        taken.set(name, write);
        this.#newest.set(name, write.sequence);
      }
    }
    return [...taken.values()];
  }

  /** Takes back what did not reach the replica. */
  giveBack(writes: readonly Write[], nowMs: number): void {
    for (const write of writes) {
      this.#newest.delete(nameOf(write));
      this.#waiting.push({ write, dueMs: nowMs });
    }
  }

  /** Whatever was not sent is lost with its region. */
  discard(): readonly Write[] {
    const lost = this.#waiting.map(({ write }) => write);
    this.#waiting = [];
    return lost;
  }
}

const nameOf = ({ table, key }: Write): string =>
  [
    table,
    ...Object.keys(key)
      .sort()
      .map((name) => JSON.stringify(key[name])),
  ].join(' ');
