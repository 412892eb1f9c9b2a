export interface PartnerOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** What the partner has written down about an order; it never changes but for `asked`. */
export interface BookEntry extends PartnerOrder {
  readonly state: 'accepted' | 'refused';
  /** How often the order came to the book. */
  readonly asked: number;
  /** ISO 8601, of the first time. */
  readonly at: string;
}

/** `CONFLICT`: the key is known with another order. */
export type Booking = { readonly entry: BookEntry; readonly known: boolean } | 'CONFLICT';

/** One entry for each key, however often it comes. */
export class Book {
  readonly #entries = new Map<string, BookEntry>();

  take(order: PartnerOrder, decide: () => BookEntry['state'], now: () => Date): Booking {
    const old = this.#entries.get(order.orderId);
    if (old && (old.sku !== order.sku || old.quantity !== order.quantity)) return 'CONFLICT';
    const entry = old
      ? { ...old, asked: old.asked + 1 }
      : { ...order, state: decide(), asked: 1, at: now().toISOString() };
    this.#entries.set(order.orderId, entry);
    return { entry, known: old !== undefined };
  }

  entries(): readonly BookEntry[] {
    return [...this.#entries.values()];
  }
}
