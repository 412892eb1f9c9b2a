/** Watches every commit, and tracks the lowest stock seen while each order was open. */
export class Witness {
  /** By order: when it was stored, and when it changed last, in simulated milliseconds. */
  readonly moves = new Map<string, { readonly openedMs: number; endedMs: number }>();
  /** Lowest stock, by rejected order. */
  readonly lowest = new Map<string, number>();
  readonly oversold: string[] = [];
  #held = new Map<string, number>();
  #open = new Map<string, { readonly sku: string; low: number }>();

  readonly #now: () => number;

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** A shard of `sku` now has `left` units; `units` is the change. */
  stockMoved(sku: string, left: number, units: number): void {
    if (left < 0) this.oversold.push(`a shard of ${sku} has ${left} units left`);
    const held = (this.#held.get(sku) ?? 0) + units;
    this.#held.set(sku, held);
    for (const order of this.#open.values()) if (order.sku === sku) order.low = Math.min(order.low, held);
  }

  opened(orderId: string, sku: string): void {
    this.moves.set(orderId, { openedMs: this.#now(), endedMs: this.#now() });
    this.#open.set(orderId, { sku, low: this.#held.get(sku) ?? 0 });
  }

  moved(orderId: string): void {
    const move = this.moves.get(orderId);
    if (move) move.endedMs = this.#now();
  }

  rejected(orderId: string): void {
    this.lowest.set(orderId, this.#open.get(orderId)?.low ?? 0);
  }
}
