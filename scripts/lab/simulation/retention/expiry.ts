import type { Item } from '../../../dynamodb/expressions.ts';
import type { Tables } from '../../../dynamodb/tables.ts';
import { simulatedEpochMs } from '../world/globals.ts';
import type { Draw } from '../world/random.ts';
import type { Scheduler } from '../world/scheduler.ts';
import { dayMs } from './plan.ts';

const calm = { conflict: false, pick: 0 };

/** DynamoDB's time to live: deletes most expired rows within days, in any sequence. */
export class Expiry {
  deleted = 0;
  readonly #scheduler: Scheduler;
  readonly #endMs: number;
  readonly #draw: Draw;
  #tables: Tables | undefined;

  constructor(scheduler: Scheduler, endMs: number) {
    this.#scheduler = scheduler;
    this.#endMs = endMs;
    this.#draw = scheduler.draw('expiry');
  }

  watch(tables: Tables): void {
    this.#tables = tables;
  }

  stored(table: string, { pk, sk, expiresAt }: Item): void {
    if (typeof expiresAt !== 'number' || (table !== 'orders' && table !== 'views')) return;
    const [isLate, delay] = [this.#draw(), this.#draw()];
    const atMs = expiresAt * 1_000 - simulatedEpochMs(0) + (isLate < 0.2 ? delay * 30 : delay * 2) * dayMs;
    // A row that an error lets expire at once goes at once.
    const inMs = Math.max(0, atMs - this.#scheduler.now);
    if (this.#scheduler.now + inMs >= this.#endMs) return;
    this.#scheduler.after(inMs, undefined, () => this.#delete(table, { pk, sk }));
  }

  /** A later write may have moved the expiry. */
  #delete(table: string, key: Item): void {
    const { expiresAt } = this.#tables?.get(table, key) ?? {};
    if (typeof expiresAt !== 'number' || expiresAt * 1_000 > simulatedEpochMs(this.#scheduler.now)) return;
    this.#tables?.writeEach({ [table]: [{ DeleteRequest: { Key: key } }] }, calm);
    this.deleted++;
  }
}
