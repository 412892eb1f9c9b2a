import type { AcceptedOrder, ProductResource } from '../../../functions/contracts/http.ts';
import type { Failure } from '../api/answer.ts';
import type { ApiClient } from '../api/client.ts';
import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';
import type { Attempt, Attempts } from './attempts.ts';

/**
 *     sending ──► accepted
 *      ▲  ├─────► refused       by the API
 *      │  ▼
 *     waiting ──► unanswered    after the last automatic attempt; the customer may retry
 */
export type Step = 'sending' | 'waiting' | 'unanswered' | 'accepted' | 'refused';

export interface Purchase extends Attempt {
  readonly step: Step;
  readonly failure?: Failure;
  readonly orderId?: string;
}

export interface PurchasePorts {
  readonly client: Pick<ApiClient, 'placeOrder'>;
  readonly attempts: Attempts;
  readonly customer: () => string | undefined;
  readonly newKey: () => string;
  readonly pause: (ms: number) => Promise<void>;
  readonly onAccepted: (order: AcceptedOrder) => void;
  readonly say: (text: string) => void;
}

const maxAttempts = 6;

/** The latest purchase of each product, from the click to the API's answer. */
export class Purchases {
  readonly current = new Store<ReadonlyMap<string, Purchase>>(new Map());
  readonly #ports: PurchasePorts;

  constructor(ports: PurchasePorts) {
    this.#ports = ports;
  }

  /** Buys, or retries this product's unanswered purchase. */
  buy(product: Pick<ProductResource, 'sku' | 'name' | 'unitPrice' | 'currency'>, quantity: number): void {
    const customer = this.#ports.customer();
    if (!customer) return;
    const { sku, name, unitPrice, currency } = product;
    const open = this.#ports.attempts.of(customer).find((attempt) => attempt.sku === sku);
    const step = this.current.value.get(sku)?.step;
    if (open && (step === 'sending' || step === 'waiting')) return;
    const attempt = open ?? {
      ...{ key: this.#ports.newKey(), customer, sku, name, quantity },
      expectedPrice: { unitPrice, currency },
    };
    // Stored before sending, so the key is never lost.
    this.#ports.attempts.keep(attempt);
    void this.#send(attempt);
  }

  /** Resends attempts that had no answer when the page was closed. */
  resume(customer: string): void {
    this.current.set(new Map());
    for (const attempt of this.#ports.attempts.of(customer)) void this.#send(attempt);
  }

  forget(): void {
    this.current.set(new Map());
  }

  async #send(attempt: Attempt): Promise<void> {
    const { client, attempts, pause, onAccepted } = this.#ports;
    let count = 0;
    for (const backOffMs of backOff(1_000, 16_000)) {
      if (this.#ports.customer() !== attempt.customer) return;
      this.#show({ ...attempt, step: 'sending' });
      const { key, sku, quantity, expectedPrice } = attempt;
      const answer = await client.placeOrder(key, { sku, quantity, ...(expectedPrice && { expectedPrice }) });
      if (answer.ok) {
        attempts.drop(attempt.key);
        onAccepted(answer.body);
        return this.#show({ ...attempt, step: 'accepted', orderId: answer.body.orderId });
      }
      const { failure } = answer;
      if (!failure.again) return this.#giveUp(attempt, failure);
      count += 1;
      if (count === maxAttempts) return this.#tell({ ...attempt, step: 'unanswered', failure });
      this.#tell({ ...attempt, step: 'waiting', failure });
      await pause(failure.waitMs ?? backOffMs);
    }
  }

  #giveUp(attempt: Attempt, failure: Failure): void {
    // Being signed out does not answer the order; keep the key for the next sign-in.
    const signedOut = failure.code === 'UNAUTHENTICATED';
    if (!signedOut) this.#ports.attempts.drop(attempt.key);
    this.#tell({ ...attempt, step: signedOut ? 'unanswered' : 'refused', failure });
  }

  #tell(purchase: Purchase): void {
    this.#show(purchase);
    if (purchase.failure) this.#ports.say(`${purchase.name}: ${purchase.failure.text}`);
  }

  #show(purchase: Purchase): void {
    this.current.set(new Map(this.current.value).set(purchase.sku, purchase));
  }
}
