/** Watches every commit, and tracks the lowest stock and the largest holding seen while each order was open. */
export class Witness {
  /** Times at which each order was stored and last changed, in simulated milliseconds. */
  readonly moves = new Map<string, { readonly openedMs: number; endedMs: number }>();
  /** Lowest stock, by rejected order. */
  readonly lowest = new Map<string, number>();
  /** Most units that its customer held of the product, by rejected order. */
  readonly highest = new Map<string, number>();
  readonly oversold: string[] = [];
  #stock = new Map<string, number>();
  #holdings = new Map<string, number>();
  #open = new Map<string, { readonly sku: string; readonly customer: string; low: number; high: number }>();

  readonly #now: () => number;

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** Called when a shard of `sku` has changed by `units`, to `left` units. */
  stockMoved(sku: string, left: number, units: number): void {
    if (left < 0) this.oversold.push(`a shard of ${sku} has ${left} units left`);
    const stock = (this.#stock.get(sku) ?? 0) + units;
    this.#stock.set(sku, stock);
    for (const order of this.#open.values()) if (order.sku === sku) order.low = Math.min(order.low, stock);
  }

  /** Called when a customer's holding of `sku` in orders under a limit has changed to `units`. */
  holdingMoved(sku: string, customer: string, units: number): void {
    this.#holdings.set(`${sku} ${customer}`, units);
    for (const order of this.#open.values())
      if (order.sku === sku && order.customer === customer) order.high = Math.max(order.high, units);
  }

  opened(orderId: string, sku: string, customer: string): void {
    this.moves.set(orderId, { openedMs: this.#now(), endedMs: this.#now() });
    const high = this.#holdings.get(`${sku} ${customer}`) ?? 0;
    this.#open.set(orderId, { sku, customer, low: this.#stock.get(sku) ?? 0, high });
  }

  moved(orderId: string): void {
    const move = this.moves.get(orderId);
    if (move) move.endedMs = this.#now();
  }

  rejected(orderId: string): void {
    this.lowest.set(orderId, this.#open.get(orderId)?.low ?? 0);
    this.highest.set(orderId, this.#open.get(orderId)?.high ?? 0);
  }
}
