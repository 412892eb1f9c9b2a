/** Watches every commit, and tracks the lowest stock seen while each order was open. */
export class Witness {
  /** Lowest stock, by rejected order. */
  readonly lowest = new Map<string, number>();
  readonly oversold: string[] = [];
  #held = new Map<string, number>();
  #open = new Map<string, { readonly sku: string; low: number }>();

  /** A shard of `sku` now has `left` units; `units` is the change. */
  stockMoved(sku: string, left: number, units: number): void {
    if (left < 0) this.oversold.push(`a shard of ${sku} has ${left} units left`);
    const held = (this.#held.get(sku) ?? 0) + units;
    this.#held.set(sku, held);
    for (const order of this.#open.values()) if (order.sku === sku) order.low = Math.min(order.low, held);
  }

  opened(orderId: string, sku: string): void {
    this.#open.set(orderId, { sku, low: this.#held.get(sku) ?? 0 });
  }

  rejected(orderId: string): void {
    this.lowest.set(orderId, this.#open.get(orderId)?.low ?? 0);
  }
}
