import type {
  AcceptedOrder,
  OrderResource,
  PlaceOrderBody,
  ProductResource,
  StockResource,
} from '../../../functions/contracts/http.ts';
import { type Answer, failed, readAnswer } from './answer.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

export interface ClientPorts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** The customer's token; undefined when signed out or expired. */
  readonly token: () => string | undefined;
  /** Called when the API no longer accepts the token. */
  readonly onSignedOut: () => void;
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly signedIn?: boolean;
  readonly key?: string;
  readonly body?: object;
}

const timeoutMs = 10_000;

/** Typed API client. It never throws: a failure is returned as an answer. */
export class ApiClient {
  readonly #ports: ClientPorts;

  constructor(ports: ClientPorts) {
    this.#ports = ports;
  }

  listProducts(cursor?: string): Promise<Answer<Page<ProductResource>>> {
    return this.#call(`/products${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`);
  }

  stock(sku: string): Promise<Answer<StockResource>> {
    return this.#call(`/products/${sku}/stock`);
  }

  placeOrder(key: string, body: PlaceOrderBody): Promise<Answer<AcceptedOrder>> {
    return this.#call('/orders', { method: 'POST', signedIn: true, key, body });
  }

  listOrders(): Promise<Answer<Page<OrderResource>>> {
    return this.#call('/orders', { signedIn: true });
  }

  order(orderId: string): Promise<Answer<OrderResource>> {
    return this.#call(`/orders/${orderId}`, { signedIn: true });
  }

  cancelOrder(orderId: string): Promise<Answer<OrderResource>> {
    return this.#call(`/orders/${orderId}`, { method: 'DELETE', signedIn: true });
  }

  async #call<Body>(path: string, { method = 'GET', signedIn, key, body }: Call = {}): Promise<Answer<Body>> {
    const token = signedIn ? this.#ports.token() : undefined;
    if (signedIn && !token) return this.#signedOut();
    try {
      const response = await this.#ports.fetch(path, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(key && { 'idempotency-key': key }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await readAnswer<Body>(response, Date.now());
      return !answer.ok && answer.failure.code === 'UNAUTHENTICATED' ? this.#signedOut() : answer;
    } catch {
      return failed('UNREACHABLE');
    }
  }

  #signedOut(): Answer<never> {
    this.#ports.onSignedOut();
    return failed('UNAUTHENTICATED');
  }
}
