import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export type Item = Record<string, AttributeValue>;

/** A write to one item, as read from its table's stream. */
export interface Write {
  readonly table: string;
  readonly key: Item;
  /** Undefined if the item was deleted. */
  readonly item: Item | undefined;
  /** Position in the order of the table's writes. */
  readonly sequence: bigint;
}

interface Waiting {
  readonly write: Write;
  readonly dueMs: number;
}

/** Range of the delay from a write to its replica, in milliseconds. */
export interface Lag {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Writes on their way to a replica. As in a global table, each is delayed on its own: a later one may overtake, and a
 * transaction may arrive in parts. For each item the latest write wins, in whatever order they arrive.
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

  /** Removes the writes that are due, and returns the newest write to each item. */
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

  /** Takes back writes that did not reach the replica. */
  giveBack(writes: readonly Write[], nowMs: number): void {
    for (const write of writes) {
      this.#newest.delete(nameOf(write));
      this.#waiting.push({ write, dueMs: nowMs });
    }
  }

  /** Discards all waiting writes, which are lost with their region. */
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
