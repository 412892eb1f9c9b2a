/** Sees every write as it is committed, and knows the least that stood there while an order was open. */
export class Witness {
  /** By rejected order. */
  readonly lowest = new Map<string, number>();
  readonly oversold: string[] = [];
  #held = new Map<string, number>();
  #open = new Map<string, { readonly sku: string; low: number }>();

  /** A shard of `sku` has `left` units, `units` more than before. */
  stockMoved(sku: string, left: number, units: number): void {
    if (left < 0) this.oversold.push(`a shard of ${sku} had ${left} left`);
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
