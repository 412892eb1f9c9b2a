import { randomUUID } from 'node:crypto';
import { CliError } from '../cli/cli.ts';

export interface SmokeOptions {
  /** Address of the shop, without a path. */
  readonly url: string;
  /** A customer's token. */
  readonly token: string;
  /** An administrator's token, to create a product. Without it, `sku` names an existing one. */
  readonly adminToken?: string | undefined;
  readonly sku?: string | undefined;
  readonly withinSeconds: number;
}

export interface SmokePorts {
  readonly fetch: typeof fetch;
  readonly pause: (ms: number) => Promise<void>;
  readonly onStep: (text: string) => void;
}

interface Call {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly body?: object;
  /** Expected statuses. */
  readonly wanted: readonly number[];
}

const ownSku = 'smoke-test';
const pauseMs = 1_000;

/**
 * Places one order at a deployed stage, waits until it is confirmed, and cancels it, so that nothing is shipped.
 *
 * @throws {CliError} at the first step that does not answer as documented
 */
export async function smoke(options: SmokeOptions, ports: SmokePorts): Promise<void> {
  const call = caller(options, ports);
  await call('/health', { wanted: [200] });
  await call('/products', { method: 'HEAD', wanted: [200] });
  await call('/orders', { wanted: [401] });
  const sku = options.sku ?? (await supply(call, options.adminToken));
  const order = await call('/orders', {
    ...{ method: 'POST', token: options.token, wanted: [200, 202] },
    body: { sku, quantity: 1 },
  });
  const path = `/orders/${String(order.orderId)}`;
  await waitUntilConfirmed(path, call, options, ports);
  await call(path, { method: 'DELETE', token: options.token, wanted: [200, 202, 204] });
}

type Caller = (path: string, call: Call) => Promise<Readonly<Record<string, unknown>>>;

async function supply(call: Caller, token: string | undefined): Promise<string> {
  if (token === undefined)
    throw new CliError('usage', 'a product is missing', 'Set SMOKE_ADMIN_TOKEN, or name a product with --sku.');
  const product = { name: 'Smoke test', unitPrice: 1, currency: 'EUR' };
  // 409: another run has already created it.
  await call(`/products/${ownSku}`, { method: 'PUT', token, body: product, wanted: [200, 201, 409] });
  await call(`/products/${ownSku}/stock`, { method: 'POST', token, body: { quantity: 1 }, wanted: [200, 201] });
  return ownSku;
}

async function waitUntilConfirmed(path: string, call: Caller, options: SmokeOptions, ports: SmokePorts) {
  const { token, withinSeconds } = options;
  for (let waited = 0; ; waited += pauseMs) {
    const { state } = await call(path, { token, wanted: [200] });
    if (state === 'CONFIRMED') return;
    if (state !== 'PENDING' || waited >= withinSeconds * 1_000)
      throw new CliError(
        'smoke_failed',
        `the order is ${String(state)} after ${waited / 1_000} s, must be CONFIRMED within ${withinSeconds} s`,
        'PENDING: the settlement gets no messages; see the queue and the logs of its function. REJECTED: no stock.',
      );
    await ports.pause(pauseMs);
  }
}

/** Prints each call, and throws on an unexpected status. */
function caller({ url }: SmokeOptions, { fetch, onStep }: SmokePorts): Caller {
  return async (path, { method = 'GET', token, body, wanted }) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...(method === 'POST' && { 'idempotency-key': `"${randomUUID()}"` }),
    };
    const response = await fetch(new URL(path, url), {
      ...{ method, headers, signal: AbortSignal.timeout(30_000) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    onStep(`${response.status} ${method} ${path}`);
    if (!wanted.includes(response.status))
      throw new CliError(
        'smoke_failed',
        `${method} ${path} answered ${response.status}, must be ${wanted.join(' or ')}: ${text.slice(0, 300)}`,
        'docs/deploying has the usual causes, cloud by cloud.',
      );
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  };
}
