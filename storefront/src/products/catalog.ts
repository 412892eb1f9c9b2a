import type { ProductResource } from '../../../functions/contracts/http.ts';
import type { Failure } from '../api/answer.ts';
import type { ApiClient } from '../api/client.ts';
import type { RequestFailures } from '../api/request-failures.ts';
import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';

export interface CatalogPorts {
  readonly client: Pick<ApiClient, 'listProducts'>;
  readonly failures: Pick<RequestFailures, 'note'>;
  readonly pause: (ms: number) => Promise<void>;
  /** Resolves when the tab is visible. */
  readonly visible: () => Promise<void>;
}

const refreshMs = 10_000;

/** The products on sale, refreshed every `refreshMs` because prices change. */
export class Catalog {
  /** Undefined until first loaded. */
  readonly products = new Store<readonly ProductResource[] | undefined>(undefined);
  /** Cursor of the next page. */
  readonly next = new Store<string | undefined>(undefined);
  /** Why there is nothing to show. */
  readonly failure = new Store<Failure | undefined>(undefined);
  readonly #ports: CatalogPorts;

  constructor(ports: CatalogPorts) {
    this.#ports = ports;
  }

  /** Never ends: loads the first page, then keeps refreshing it. */
  async keepFresh(): Promise<never> {
    const waits = backOff(1_000, 15_000);
    for (;;) {
      const { client, failures, pause, visible } = this.#ports;
      await visible();
      const answer = await client.listProducts();
      if (answer.ok) {
        if (!this.products.value) this.next.set(answer.body.next);
        this.#merge(answer.body.items);
      }
      const failure = answer.ok ? undefined : answer.failure;
      failures.note('products', failure);
      this.failure.set(this.products.value ? undefined : failure);
      await pause(failure ? (failure.waitMs ?? waits.next().value) : refreshMs);
    }
  }

  async more(): Promise<void> {
    const cursor = this.next.value;
    if (cursor === undefined) return;
    const answer = await this.#ports.client.listProducts(cursor);
    this.#ports.failures.note('products', answer.ok ? undefined : answer.failure);
    if (!answer.ok) return;
    this.#merge(answer.body.items);
    this.next.set(answer.body.next);
  }

  nameOf(sku: string): string {
    return this.products.value?.find((product) => product.sku === sku)?.name ?? sku;
  }

  #merge(news: readonly ProductResource[]): void {
    const known = new Map((this.products.value ?? []).map((product) => [product.sku, product]));
    for (const product of news) {
      if ((known.get(product.sku)?.version ?? 0) <= product.version) known.set(product.sku, product);
    }
    this.products.set([...known.values()]);
  }
}
