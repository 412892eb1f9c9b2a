import type { PlaceOrderBody } from '../../../functions/contracts/http.ts';

/** An order without an answer yet. */
export interface Attempt {
  /** Idempotency-Key, unchanged until an answer arrives, so that a retry never orders twice. */
  readonly key: string;
  readonly customer: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** The price on the page; it binds. */
  readonly expectedPrice: PlaceOrderBody['expectedPrice'];
}

const item = 'attempts';

/** This tab's unanswered attempts; they survive a reload. */
export class Attempts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  /** Attempts of one customer, so that no one resends another customer's order. */
  of(customer: string): readonly Attempt[] {
    return this.#read().filter((attempt) => attempt.customer === customer);
  }

  keep(attempt: Attempt): void {
    this.#write([...this.#read().filter(({ key }) => key !== attempt.key), attempt]);
  }

  drop(key: string): void {
    this.#write(this.#read().filter((attempt) => attempt.key !== key));
  }

  #read(): readonly Attempt[] {
    try {
      return JSON.parse(this.#storage.getItem(item) ?? '[]') as Attempt[];
    } catch {
      return [];
    }
  }

  #write(attempts: readonly Attempt[]): void {
    this.#storage.setItem(item, JSON.stringify(attempts));
  }
}
