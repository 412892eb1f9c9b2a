import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

const answer =
  (status: number, type = '', body = ''): RequestListener =>
  (request, response) => {
    request.resume().on('end', () => response.writeHead(status, type ? { 'content-type': type } : {}).end(body));
  };
const html = '<html><h1>Service Unavailable</h1></html>';
const awsError = (code: string) => JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}` });

/** Ways for a dependency to be gone, as its caller sees them. */
export const waysToBeGone = {
  '503 with HTML': answer(503, 'text/html', html),
  '503 with nothing': answer(503),
  '500 with nothing': answer(500),
  '500 with HTML': answer(500, 'text/html', html),
  '502 with HTML': answer(502, 'text/html', html),
  '504 with nothing': answer(504),
  '403 with HTML, from a proxy': answer(403, 'text/html', html),
  '200 with HTML, from a proxy': answer(200, 'text/html', html),
  'a redirect': answer(302),
  '429 with nothing': answer(429),
  'an internal error': answer(500, 'application/x-amz-json-1.0', awsError('InternalServerError')),
  'a throttle': answer(400, 'application/x-amz-json-1.0', awsError('ThrottlingException')),
  'a reset': (request) => void request.socket.destroy(),
  'a body that ends early': (_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{"x');
    setTimeout(() => response.destroy(), 5);
  },
} satisfies Record<string, RequestListener>;
export type WayToBeGone = keyof typeof waysToBeGone;

/** Calls that each open a different guard: an API has one for each of its ports. */
export const guardedCalls = [
  { service: 'catalog', method: 'GET', path: '/products', body: undefined },
  { service: 'intake', method: 'GET', path: '/orders', body: undefined },
  { service: 'intake', method: 'POST', path: '/orders', body: { sku: 'lamp', quantity: 1 } },
  { service: 'stock', method: 'PUT', path: '/products/lamp', body: { name: 'Lamp', unitPrice: 1, currency: 'EUR' } },
] as const;

/**
 * Calls more often than a guard allows while a store is gone.
 *
 * @param reached how many requests have reached the store so far
 * @returns the requests of one call, and those of the calls after the guard opened
 */
export async function tryGuard(call: () => Promise<number>, reached: () => number) {
  const begun = reached();
  const statuses = [];
  for (let times = 0; times < 5; times++) statuses.push(await call());
  const opened = reached();
  const rest = await Promise.all(Array.from({ length: 30 }, call));
  return { statuses: [...new Set([...statuses, ...rest])], perCall: (opened - begun) / 5, after: reached() - opened };
}

/** Addresses that never answer: a refused connection and a name that does not resolve. */
export const deadAddresses = { refused: 'http://127.0.0.1:1', 'an unknown name': 'http://store.invalid' };

/** A loopback server that fails in the way chosen last. */
export async function goneServer() {
  let way: RequestListener = waysToBeGone['503 with nothing'];
  const server = createServer((request, response) => way(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    be(next: WayToBeGone) {
      way = waysToBeGone[next];
    },
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
