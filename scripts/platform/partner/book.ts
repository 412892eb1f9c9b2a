export interface PartnerOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** The partner's record of an order; only `asked` changes. */
export interface BookEntry extends PartnerOrder {
  readonly state: 'accepted' | 'refused';
  /** How often the order was submitted. */
  readonly asked: number;
  /** First submission, ISO 8601. */
  readonly at: string;
}

/** `CONFLICT`: the key belongs to a different order. */
export type Taken = { readonly entry: BookEntry; readonly known: boolean } | 'CONFLICT';

/** Idempotent: one entry per key. */
export class Book {
  readonly #entries = new Map<string, BookEntry>();

  take(order: PartnerOrder, decide: () => BookEntry['state'], now: () => Date): Taken {
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
