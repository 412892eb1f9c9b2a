import type { Item } from '../../../dynamodb/expressions.ts';
import { ownsUnits } from '../../../sale/check/rules.ts';
import type { Report } from '../world/outcome.ts';
import type { Region } from './plan.ts';

/** A transfer as recorded by both ends. */
export interface Moved {
  readonly id: string;
  readonly sku: string;
  readonly from: Region;
  readonly to: Region;
  readonly quantity: number;
  readonly shardCount: number;
  readonly at: string;
  received: boolean;
}

interface Sums {
  left: number;
  held: number;
  moving: number;
  supplied: number;
}

/** Sums the units of all regions after every commit, including those of a lost region. */
export class Units {
  readonly transfers = new Map<string, Moved>();
  /** Units lent by a shard to other regions, by `region sku#shard`. */
  readonly lent = new Map<string, number>();
  /** Stock levels by region and product, newest last. */
  readonly #levels = new Map<string, { atMs: number; left: number }[]>();
  readonly #sums = new Map<string, Sums>();
  readonly #now: () => number;
  readonly #report: Report;
  #changedMs = -1;
  #wrong = false;

  constructor(now: () => number, report: Report) {
    this.#now = now;
    this.#report = report;
  }

  /** Called for each row of a commit. All rows are written at the same time, so the sums balance once time advances. */
  written(region: Region, table: string, before: Item | undefined, after: Item): void {
    if (this.#now() !== this.#changedMs) this.check();
    this.#changedMs = this.#now();
    const [kind] = String(after.pk).split('#');
    if (table === 'stock' && kind === 'STOCK') this.#noteShard(region, before, after);
    else if (table === 'stock' && kind === 'TRANSFER') this.#noteSent(region, before, after);
    else if (table === 'stock' && kind === 'RECEIVED') this.#noteReceived(region, before, after);
    else if (table === 'catalog') this.#sumsOf(after.sku).supplied += change(before, after, 'supplied');
    else if (after.sk === 'ORDER') this.#sumsOf(after.sku).held += heldBy(after) - heldBy(before);
  }

  check(): void {
    for (const [sku, { left, held, moving, supplied }] of this.#sums) {
      if (this.#wrong) return;
      const counted = `${left} left, ${held} in orders, ${moving} between regions, of ${supplied} supplied`;
      if (held > supplied) this.#found('oversold', `${sku}: ${counted}`);
      else if (left + held + moving !== supplied) this.#found('units', `${sku}: ${counted}`);
    }
  }

  /** Lowest stock of a product in a region since a time. */
  leastSince(region: Region, sku: string, sinceMs: number): number {
    const levels = this.#levels.get(`${region} ${sku}`) ?? [];
    const first = levels.findLastIndex(({ atMs }) => atMs <= sinceMs);
    return first < 0 ? 0 : Math.min(...levels.slice(first).map(({ left }) => left));
  }

  /** Units left in a lost region, or in transfer to or from it. */
  countStranded(lives: (region: Region) => boolean): number {
    const left = [...this.#levels].filter(([name]) => !lives(name.split(' ')[0] as Region));
    const moving = [...this.transfers.values()].filter(
      ({ from, to, received }) => !received && !(lives(from) && lives(to)),
    );
    return (
      left.reduce((sum, [, levels]) => sum + (levels.at(-1)?.left ?? 0), 0) +
      moving.reduce((sum, { quantity }) => sum + quantity, 0)
    );
  }

  #noteShard(region: Region, before: Item | undefined, after: Item): void {
    const [, sku = '', shard = ''] = String(after.pk).split('#');
    const units = change(before, after, 'left');
    this.#sumsOf(sku).left += units;
    const levels = this.#levels.get(`${region} ${sku}`) ?? [];
    levels.push({ atMs: this.#now(), left: (levels.at(-1)?.left ?? 0) + units });
    this.#levels.set(`${region} ${sku}`, levels);
    const allocated = change(before, after, 'allocated');
    const name = `${region} ${sku}#${shard}`;
    if (allocated < 0) this.lent.set(name, (this.lent.get(name) ?? 0) - allocated);
  }

  #noteSent(region: Region, before: Item | undefined, after: Item): void {
    const transfer = { ...(after as unknown as Moved), received: false };
    if (before) this.#found('transfer', `${transfer.id} was sent twice`);
    if (transfer.from !== region) this.#found('transfer', `${region} sent ${transfer.id} of ${transfer.from}`);
    this.transfers.set(transfer.id, transfer);
    this.#sumsOf(transfer.sku).moving += transfer.quantity - Number(before?.quantity ?? 0);
  }

  #noteReceived(region: Region, before: Item | undefined, { id, sku, quantity }: Item): void {
    const transfer = this.transfers.get(String(id));
    if (!transfer) {
      this.#found('transfer', `${region} received ${id}, which no region sent`);
      return;
    }
    if (before) this.#found('transfer', `${region} received ${id} twice`);
    if (transfer.to !== region) this.#found('transfer', `${region} received ${id}, which was sent to ${transfer.to}`);
    if (transfer.quantity !== quantity || transfer.sku !== sku)
      this.#found(
        'transfer',
        `${region} received ${quantity} ${sku} in ${id}, but ${transfer.quantity} ${transfer.sku} were sent`,
      );
    if (!transfer.received) this.#sumsOf(sku).moving -= transfer.quantity;
    transfer.received = true;
  }

  #sumsOf(sku: unknown): Sums {
    const found = this.#sums.get(String(sku)) ?? { left: 0, held: 0, moving: 0, supplied: 0 };
    this.#sums.set(String(sku), found);
    return found;
  }

  /** Reports only the first violation, because all later sums would be wrong too. */
  #found(invariant: string, text: string): void {
    if (invariant !== 'transfer') this.#wrong = true;
    this.#report(invariant, text);
  }
}

function change(before: Item | undefined, after: Item, field: string): number {
  return Number(after[field] ?? 0) - Number(before?.[field] ?? 0);
}

function heldBy(order: Item | undefined): number {
  return order && ownsUnits(order.state as never) ? Number(order.quantity) : 0;
}
