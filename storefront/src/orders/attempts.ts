/** An order that was sent, or is about to be, and has no answer yet. */
export interface Attempt {
  /** The Idempotency-Key: the same until there is an answer, so that asking again never orders twice. */
  readonly key: string;
  readonly customer: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
}

const item = 'attempts';

/** The open attempts of this tab; they outlive a reload. */
export class Attempts {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  /** Those of one customer; nobody repeats what another one wanted. */
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
