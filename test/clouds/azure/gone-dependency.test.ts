import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FulfilmentRequest } from '../../../functions/contracts/fulfilment-request.ts';
import type { OrderRequest } from '../../../functions/contracts/order-request.ts';
import { findFault } from '../../../functions/lib/fault.ts';
import type * as Core from '../../../scripts/clouds/azure/functions-core.ts';
import { allCalls, type CalledService } from '../../support/api-calls.ts';
import {
  deadAddresses,
  goneServer,
  guardedCalls,
  tryGuard,
  type WayToBeGone,
  waysToBeGone,
} from '../../support/gone-dependency.ts';
import { traceparent } from '../../support/memory-system.ts';
import { secretFile } from '../../support/secret-file.ts';
import { signer, signToken } from '../../support/tokens/signed-token.ts';
import { type Answer, accountAt, ask, core, loadFunctions } from './library-host.ts';

// Calls each function through the real library, while storage is gone in each way.

const { token, jwks } = await signToken();
const addresses = { ...deadAddresses, 'an unknown name': 'https://store.invalid', 'no TLS': '' };
const ofAws: readonly WayToBeGone[] = ['a throttle', 'an internal error'];
const ways = [
  ...(Object.keys(waysToBeGone) as WayToBeGone[]).filter((way) => !ofAws.includes(way)),
  ...Object.keys(addresses),
];
const apis = ['catalog', 'intake', 'stock'] as const satisfies readonly CalledService[];
const workers = ['settlement', 'projection', 'fulfilment', 'sweeper'] as const;
const orderId = '3c1e6b1e-6b0a-5d2e-9f43-0a8a1ad7f0c1';
const order: OrderRequest = { v: 1, orderId, traceparent };
const fulfilment: FulfilmentRequest = { v: 1, traceparent, order: { orderId } };
/** Input that the queue or the timer passes to each function. */
const given: Readonly<Record<string, object>> = {
  settleOrder: order,
  fulfilOrder: fulfilment,
  relayEvents: { v: 1, sku: 'lamp', shard: 0 },
  sweepEvents: { IsPastDue: false },
  sweepOrders: { IsPastDue: false },
};

const settings = {
  ...{ OIDC_ISSUER: signer.issuer, OIDC_AUDIENCE: signer.audience, OIDC_JWKS: jwks },
  ...{ CANCELLABLE_MS: '0', GIVE_UP_MS: '1000', BREAKER_OPEN_MS: '1000', STUCK_MS: '1000' },
  ...{ PARTNER_URL: 'http://127.0.0.1:1', PARTNER_TIMEOUT_MS: '500' },
  ...{ STAGE: 'local', PARTNER_SECRET: secretFile() },
};

/** Resolves with the error of a worker that did not finish its message or tick. */
async function work(one: Core.Registered): Promise<unknown> {
  const content = JSON.stringify(given[one.metadata.name]);
  const data = core.triggerOf(one).type === 'timerTrigger' ? { json: content } : { bytes: Buffer.from(content) };
  return core.invoke(one, { invocationId: 'm', data, triggerMetadata: { Id: { string: 'm' } } }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Sends to a queue that is gone, without the tables: a function would fail on those first. */
async function sendOrder(DATA = process.env.DATA): Promise<unknown> {
  const { openStorage } = await import('../../../functions/adapters/azure/storage.ts');
  const { orderQueue } = await import('../../../functions/adapters/azure/messaging.ts');
  const queue = orderQueue(openStorage({ DATA }).queue('order-requests'));
  return queue.send(order).catch((error: unknown) => error);
}

const answers = new Map<string, Answer>();
const sent = new Map<string, unknown>();
const failures = new Map<string, unknown>();
const servers: Disposable[] = [];

beforeAll(async () => {
  await core.lock();
  const all: Promise<unknown>[] = [];
  for (const way of ways) {
    let address = addresses[way as keyof typeof addresses];
    if (!address || way === 'no TLS') {
      const server = await goneServer();
      server.be(way in waysToBeGone ? (way as WayToBeGone) : '503 with nothing');
      servers.push(server);
      address = way === 'no TLS' ? server.url.replace('http:', 'https:') : server.url;
    }
    const functions = await loadFunctions([...apis, ...workers], { ...settings, DATA: accountAt(address) });
    all.push(sendOrder().then((error) => sent.set(way, error)));
    for (const call of allCalls)
      all.push(
        ask(functions, { ...call, token }).then((one) => answers.set(`${way} ${call.method} ${call.path}`, one)),
      );
    for (const one of functions.filter(({ metadata }) => metadata.name in given))
      all.push(work(one).then((error) => failures.set(`${way} ${one.metadata.name}`, error)));
  }
  await Promise.all(all);
}, 120_000);
afterAll(() => {
  for (const server of servers) server[Symbol.dispose]();
});

test.each(allCalls.flatMap(({ method, path }) => ways.map((way) => ({ method, path, way }))))(
  '$method $path answers 503 when storage is gone: $way',
  ({ method, path, way }) => {
    const { statusCode, headers, body } = answers.get(`${way} ${method} ${path}`) ?? {};
    expect(statusCode, body).toBe('503');
    expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
    expect(JSON.parse(body ?? '')).toMatchObject({ code: 'TRY_AGAIN' });
  },
);

test.each(ways)('a queue that is gone is an outage: %s', (way) => {
  expect(findFault(sent.get(way))).toMatch(/^(unavailable|busy)$/);
});

test.each(Object.keys(given).flatMap((name) => ways.map((way) => ({ name, way }))))(
  '$name fails, so that the host retries, when storage is gone: $way',
  ({ name, way }) => {
    expect(failures.get(`${way} ${name}`)).toBeInstanceOf(Error);
  },
);

test.each(guardedCalls)('$method $path stops calling a store that is gone after five calls', async (call) => {
  let requests = 0;
  const server = createServer((request) => {
    requests++;
    request.socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const DATA = accountAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const functions = await loadFunctions([call.service], { ...settings, DATA });
  const { statuses, perCall, after } = await tryGuard(
    async () => Number((await ask(functions, { ...call, token })).statusCode),
    () => requests,
  );
  expect(statuses).toEqual([503]);
  expect(perCall, 'with the retries of the SDK').toBeGreaterThanOrEqual(1);
  expect(after, 'one trial at most').toBeLessThanOrEqual(perCall);
});
