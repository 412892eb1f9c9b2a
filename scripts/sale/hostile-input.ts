import { customerId } from '../../functions/contracts/grammar.ts';
import type { ProblemCode } from '../../functions/contracts/problem.ts';
import type { Answer, ShopClient } from './client.ts';
import type { PlacedOrder } from './place-orders.ts';

/** An input, and its answer: `415 UNSUPPORTED_MEDIA_TYPE`. */
export interface Tried {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** Bad input that some hosts refuse before the function sees it, with a bare status. */
export type HostRefusal = 'no token';

interface BadInput {
  readonly what: string;
  readonly expected: `${number} ${ProblemCode}`;
  readonly body: string;
  /** Set if a host may reject the input before the function sees it. */
  readonly kind?: HostRefusal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

const good = '{"sku":"kettle","quantity":1}';
const malformed = '400 MALFORMED_JSON';
const invalid = '400 INVALID_REQUEST';
const unauthenticated = '401 UNAUTHENTICATED';
const keyless = { 'idempotency-key': '' };

/** Input of a careless or hostile client. None of it may have an effect. */
const badInputs: readonly BadInput[] = [
  { what: 'a truncated document', expected: malformed, body: '{"sku":' },
  { what: 'an empty body', expected: malformed, body: '' },
  { what: 'nesting 7,000 deep', expected: malformed, body: '['.repeat(7_000) },
  { what: 'a megabyte', expected: '413 BODY_TOO_LARGE', body: ' '.repeat(1_000_000) },
  { what: '__proto__', expected: malformed, body: '{"sku":"kettle","quantity":1,"__proto__":{}}' },
  { what: 'quantity 0', expected: invalid, body: '{"sku":"kettle","quantity":0}' },
  { what: 'quantity -1', expected: invalid, body: '{"sku":"kettle","quantity":-1}' },
  { what: 'quantity 1.5', expected: invalid, body: '{"sku":"kettle","quantity":1.5}' },
  { what: 'quantity 2^53', expected: invalid, body: '{"sku":"kettle","quantity":9007199254740992}' },
  { what: 'a price of its own', expected: invalid, body: '{"sku":"kettle","quantity":1,"unitPrice":1}' },
  { what: 'a separator in the sku', expected: invalid, body: '{"sku":"kettle#0","quantity":1}' },
  { what: 'an unknown product', expected: '422 UNKNOWN_PRODUCT', body: '{"sku":"no-such-thing","quantity":1}' },
  {
    what: 'another content type',
    expected: '415 UNSUPPORTED_MEDIA_TYPE',
    body: good,
    headers: { 'content-type': 'text/plain' },
  },
  { what: 'no idempotency key', expected: '400 IDEMPOTENCY_KEY_REQUIRED', body: good, headers: keyless },
  { what: 'an empty token', expected: unauthenticated, body: good, token: '', kind: 'no token' },
  { what: 'a token that is a word', expected: unauthenticated, body: good, token: 'nonsense', kind: 'no token' },
  { what: 'a token of three letters', expected: unauthenticated, body: good, token: 'a.b.c', kind: 'no token' },
];

/** Sends all bad input. `refusals`: the kinds that the host rejects itself. */
export async function sendBadInput(
  shop: ShopClient,
  ownToken: string,
  refusals: readonly HostRefusal[] = [],
): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const [index, { what, body, headers, token = ownToken, kind, ...input }] of badInputs.entries()) {
    const refused = kind && refusals.includes(kind);
    const expected = refused ? '401' : input.expected;
    const all = { 'idempotency-key': `bad-input-${index}`, 'content-type': 'application/json', ...headers };
    const answer = await shop.call({ method: 'POST', path: '/orders', token, headers: all, body });
    tried.push({ what, expected, got: describeAnswer(answer) });
  }
  return tried;
}

export function describeAnswer({ status, body }: { readonly status: number; readonly body: unknown }): string {
  const { code } = (typeof body === 'object' && body !== null ? body : {}) as { code?: unknown };
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

/** Sends messages that no client of the API can produce straight to the queue. Returns their bodies. */
export async function poisonQueue(send: (body: string) => Promise<void>): Promise<readonly string[]> {
  const unknownOrder = {
    v: 1,
    orderId: '00000000-0000-5000-8000-000000000000',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };
  const bodies = ['this is not JSON', JSON.stringify(unknownOrder)];
  for (const body of bodies) await send(body);
  return bodies;
}

/** Attempts on other customers' orders, in the checker's form. */
export interface ForeignAttempts {
  readonly foreignAttempts: number;
  readonly foreignAnswers: readonly string[];
}

/**
 * Names that a faulty comparison would confuse with this one: by prefix, suffix, length, ignoring case, or of joined
 * keys.
 */
export function namesNear(name: string): readonly string[] {
  const first = name.slice(0, 1) === 'x' ? 'y' : 'x';
  const otherCase = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  const near = [name.slice(0, -1), name.slice(1), `${name}0`, `0${name}`, `${first}${name.slice(1)}`, otherCase];
  // The stores join keys with `#` and `|`; a subject may contain both.
  const joined = [`${name}-`, `${name}.`, `${name}@${name}`, `${name}#`, `${name}#ORDER`, `${name}|`];
  return [...new Set([...near, ...joined])].filter((one) => one !== '' && one !== name);
}

/** Customers with similar names try to read, cancel and list each of these orders. */
export async function tryForeignOrders(
  shop: ShopClient,
  tokenOf: (customer: string) => Promise<string>,
  orders: readonly Pick<PlacedOrder, 'customer' | 'orderId'>[],
): Promise<ForeignAttempts> {
  const foreignAnswers: string[] = [];
  let foreignAttempts = 0;
  const strangers = orders.flatMap((order, index) => {
    const names = namesNear(order.customer);
    return [names[index % names.length] ?? 'mallory', 'mallory'].map((stranger) => ({ ...order, stranger }));
  });
  for (const { orderId, stranger } of strangers) {
    const token = await tokenOf(stranger);
    const known = customerId.safeParse(stranger).success;
    const calls: readonly (readonly [expected: number, call: () => Promise<Answer>])[] = [
      [404, () => shop.getOrder(token, orderId)],
      [404, () => shop.cancelOrder(token, orderId)],
      [200, () => shop.call({ method: 'GET', path: '/orders?limit=100', token })],
    ];
    for (const [expected, call] of calls) {
      const { status, body } = await call();
      foreignAttempts++;
      if (status === (known ? expected : 401) && !JSON.stringify(body).includes(orderId)) continue;
      foreignAnswers.push(`order ${orderId}: ${stranger} got ${status} ${JSON.stringify(body)}`);
    }
  }
  return { foreignAttempts, foreignAnswers };
}
