import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedOrder, OrderResource, RestockResource } from '../../functions/contracts/http.ts';
import type { ProblemDocument } from '../../functions/contracts/problem.ts';

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else the text; undefined if empty. */
  readonly body: Body;
  /** Earlier attempts that got a 429 or 503 (or another 5xx, if the client retries those). */
  readonly throttled: number;
  /** Duration of the last attempt. */
  readonly ms: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent verbatim. */
  readonly body?: unknown;
}

// Like a well-behaved client, retries a throttled call after Retry-After, for this long.
const retryForMs = 120_000;
const throttledStatuses = [429, 503] as const;

/** A client of the API that behaves like a browser. */
export class ShopClient {
  readonly #apiUrl: string;
  readonly #retried: ReadonlySet<number>;

  /**
   * `afterFailure` also retries other 5xx, for tests that kill functions mid-call. Safe, because every write of the API
   * carries a key or a version.
   */
  constructor(apiUrl: string, { afterFailure = false } = {}) {
    this.#apiUrl = apiUrl.replace(/\/$/, '');
    this.#retried = new Set(afterFailure ? [...throttledStatuses, 500, 502, 504] : throttledStatuses);
  }

  /** One call without retries; returns the response whatever its status. */
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

  /** Retries throttled calls (with `afterFailure`, failed ones too) after Retry-After, for at most two minutes. */
  async call<Body = unknown>(call: Call): Promise<Answer<Body>> {
    const end = Date.now() + retryForMs;
    for (let throttled = 0; ; throttled++) {
      const answer = await this.once<Body>(call);
      if (!this.#retried.has(answer.status) || Date.now() > end) return { ...answer, throttled };
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
