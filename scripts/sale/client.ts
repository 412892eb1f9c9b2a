import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedOrder, OrderResource, RestockResource } from '../../functions/contracts/http.ts';
import type { ProblemDocument } from '../../functions/contracts/problem.ts';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed if it is JSON; otherwise the text, or undefined when there is none. */
  readonly body: Body;
  /** Attempts before this one, that were answered 429 or 503 (or failed, if the client repeats those). */
  readonly throttled: number;
  /** Of the last attempt, in milliseconds. */
  readonly ms: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

// A throttled call is sent again after the Retry-After of the answer: what every well-behaved client does.
const patienceMs = 120_000;
const throttledStatuses = [429, 503] as const;

/** A client of the API, as a browser or a partner would be one. */
export class ShopClient {
  readonly #apiUrl: string;
  readonly #again: ReadonlySet<number>;

  /**
   * `afterFailure`: repeats what was answered with any 5xx, because the function may have been ended in the middle of
   * it. Safe, because every write of the API carries a key or a version.
   */
  constructor(apiUrl: string, { afterFailure = false } = {}) {
    this.#apiUrl = apiUrl.replace(/\/$/, '');
    this.#again = new Set(afterFailure ? [...throttledStatuses, 500, 502, 504] : throttledStatuses);
  }

  /** One call, without patience: the answer whatever it is. */
  async once<Body = unknown>({ method, path, token, headers, body }: Call): Promise<Answer<Body>> {
    const begun = performance.now();
    const response = await fetch(this.#apiUrl + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const ms = performance.now() - begun;
    return { status: response.status, headers: response.headers, body: parse(text) as Body, throttled: 0, ms };
  }

  /** One call; throttled ones (and failed ones, if told to) are repeated as Retry-After says, for two minutes at most. */
  async call<Body = unknown>(call: Call): Promise<Answer<Body>> {
    const end = Date.now() + patienceMs;
    for (let throttled = 0; ; throttled++) {
      const answer = await this.once<Body>(call);
      if (!this.#again.has(answer.status) || Date.now() > end) return { ...answer, throttled };
      const seconds = Number(answer.headers.get('retry-after') ?? 1);
      await sleep(Math.random() * Math.min(seconds, 5) * 1_000);
    }
  }

  placeOrder(token: string, key: string, body: unknown): Promise<Answer<AcceptedOrder>> {
    return this.call({ method: 'POST', path: '/orders', token, headers: { 'idempotency-key': key }, body });
  }

  getOrder(token: string, orderId: string): Promise<Answer<OrderResource>> {
    return this.call({ method: 'GET', path: `/orders/${orderId}`, token });
  }

  cancelOrder(token: string, orderId: string): Promise<Answer<OrderResource & ProblemDocument>> {
    return this.call({ method: 'DELETE', path: `/orders/${orderId}`, token });
  }

  restock(token: string, sku: string, key: string, quantity: number): Promise<Answer<RestockResource>> {
    const path = `/products/${sku}/stock`;
    return this.call({ method: 'POST', path, token, headers: { 'idempotency-key': key }, body: { quantity } });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
