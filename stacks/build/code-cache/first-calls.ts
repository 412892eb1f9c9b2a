/**
 * A first call of each function on an order's path, and the stores' answers. All literal, so that the runtime's own
 * Node can read this file without the project's packages.
 */

const at = '2026-11-27T09:00:00.000Z';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const orderId = '6c1f1c55-6f0b-5f3e-9c7a-000000000001';

const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });
const M = (map: object) => ({ M: map });
const L = (...list: object[]) => ({ L: list });

const product = {
  ...{ pk: S('PRODUCT#lamp'), v: N(1), sku: S('lamp'), name: S('Lamp'), unitPrice: N(100), currency: S('EUR') },
  ...{ version: N(1), shardCount: N(1), supplied: N(9), changedAt: S(at) },
};
const pending = {
  ...{ pk: S(`ORDER#${orderId}`), sk: S('ORDER'), v: N(1), orderId: S(orderId), customer: S('ada'), sku: S('lamp') },
  ...{ quantity: N(1), unitPrice: N(100), currency: S('EUR'), shardCount: N(1), state: S('PENDING'), version: N(1) },
  ...{ allocation: L(), acceptedAt: S(at), changedAt: S(at), requestHash: S('hash') },
};
const taken = L(M({ shard: N(0), quantity: N(1) }));
const confirmed = { ...pending, state: S('CONFIRMED'), version: N(2), allocation: taken };
const eventRow = {
  ...{ pk: S(`ORDER#${orderId}`), sk: S('EVENT#2'), v: N(1), type: S('OrderConfirmed'), traceparent: S(traceparent) },
  order: M(confirmed),
};

const request = (
  method: string,
  path: string,
  more: { headers?: object; body?: string; authorizer?: object } = {},
) => ({
  ...{ version: '2.0', routeKey: '$default', rawPath: path, rawQueryString: '', isBase64Encoded: false },
  headers: more.headers ?? {},
  ...(more.body && { body: more.body }),
  requestContext: {
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'first-call' },
    ...(more.authorizer && { authorizer: more.authorizer }),
  },
});
const message = (body: object) => ({
  Records: [{ messageId: '1', receiptHandle: '1', body: JSON.stringify(body), messageAttributes: {}, attributes: {} }],
});

const claims = { iss: 'https://issuer.example', sub: 'ada', iat: 1, exp: 4_102_444_800, token_use: 'access' };
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const order = {
  headers: {
    authorization: `Bearer ${encode({ alg: 'RS256', typ: 'at+jwt' })}.${encode(claims)}.signature`,
    ...{ 'content-type': 'application/json', 'idempotency-key': 'first-call' },
  },
  body: JSON.stringify({ sku: 'lamp', quantity: 1 }),
  authorizer: { jwt: { claims: Object.fromEntries(Object.entries(claims).map(([name, is]) => [name, String(is)])) } },
};

/** By service. The cache of any other service holds only the code that runs at its start. */
export const firstEvents: Readonly<Record<string, object>> = {
  catalog: request('GET', '/products/lamp'),
  intake: request('POST', '/orders', order),
  settlement: message({ v: 1, orderId, traceparent }),
  projection: {
    Records: [{ eventID: '1', eventName: 'INSERT', dynamodb: { NewImage: eventRow, SequenceNumber: '1' } }],
  },
  fulfilment: message({ v: 1, order: { orderId }, traceparent }),
};

export const firstContext = {
  ...{ functionName: 'first-call', functionVersion: '1', invokedFunctionArn: 'arn', memoryLimitInMB: '512' },
  ...{ awsRequestId: 'first-call', logGroupName: 'first-call', logStreamName: 'first-call' },
};

/** The rows that `GetItem` finds, by service and table. */
export const rows = (service: string): Readonly<Record<string, object>> => ({
  catalog: product,
  orders: service === 'fulfilment' ? confirmed : pending,
});

/** Every variable that a function reads; `url` is the address of all stores. */
export const firstEnvironment = (service: string, url: string): Record<string, string> => ({
  ...{ ORDERS_TABLE: 'orders', STOCK_TABLE: 'stock', CATALOG_TABLE: 'catalog', VIEWS_TABLE: 'views' },
  ...{ COORDINATION_TABLE: 'coordination', BUS_NAME: 'bus', PARTNER_URL: 'stand-in', DISTRIBUTION_ID: 'cdn' },
  ...{ ORDER_QUEUE_URL: `${url}/orders`, FULFILMENT_QUEUE_URL: `${url}/fulfilment`, DEAD_LETTER_URL: `${url}/dead` },
  ...{ CANCELLABLE_MS: '0', GIVE_UP_MS: '86400000', BREAKER_OPEN_MS: '1000', STUCK_MS: '60000' },
  PARTNER_SECRET: 'partner-signing-key',
  ...{ CACHE_BROWSER_SECONDS: '1', CACHE_EDGE_SECONDS: '1', CACHE_STALE_SECONDS: '1', CACHE_ERROR_SECONDS: '1' },
  ...{ CACHE_FUNCTION_MS: '0', STAGE: 'first-call', LOG_LEVEL: 'INFO' },
  ...{ POWERTOOLS_SERVICE_NAME: service, POWERTOOLS_METRICS_NAMESPACE: 'first-call', TZ: 'UTC' },
  ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
  ...{ AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_ENDPOINT_URL: url },
});
