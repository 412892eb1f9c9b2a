import { afterAll, expect, test, vi } from 'vitest';
import type { OrderRequest } from '../../../functions/contracts/order-request.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { tableVariables } from '../../../stacks/model/table-variables.ts';
import { allCalls, type CalledService } from '../../support/api-calls.ts';
import { goneServer, type WayToBeGone, waysToBeGone } from '../../support/gone-dependency.ts';
import { traceparent } from '../../support/memory-system.ts';

const gone = await goneServer();
afterAll(() => gone[Symbol.dispose]());

// Without the SDK's retries, which take their time and change nothing.
vi.mock('../../../functions/adapters/aws/clients/client-settings.ts', async (original) => {
  const { clientSettings } =
    await original<typeof import('../../../functions/adapters/aws/clients/client-settings.ts')>();
  return { clientSettings: { ...clientSettings, maxAttempts: 1 } };
});

const table = 'table';
vi.stubEnv('AWS_ENDPOINT_URL', gone.url);
vi.stubEnv('AWS_REGION', 'eu-west-1');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
for (const name of [...Object.keys(tableVariables), 'BUS_NAME']) vi.stubEnv(name, table);
for (const name of ['ORDER_QUEUE_URL', 'DEAD_LETTER_URL']) vi.stubEnv(name, `${gone.url}/1/queue`);
for (const name of ['BROWSER_SECONDS', 'EDGE_SECONDS', 'STALE_SECONDS', 'ERROR_SECONDS', 'FUNCTION_MS'])
  vi.stubEnv(`CACHE_${name}`, '0');

const orderId = '3c1e6b1e-6b0a-5d2e-9f43-0a8a1ad7f0c1';
const claims = { sub: 'ada', exp: 2_000_000_000, 'cognito:groups': ['admin'] };
const inToken = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
/** The host has verified it. */
const token = `${inToken({ alg: 'RS256' })}.${inToken(claims)}.unverified`;
const context = { getRemainingTimeInMillis: () => 30_000, functionName: 'f', awsRequestId: 'r' };

async function ask(service: CalledService, method: string, path: string, body?: object) {
  vi.resetModules();
  const { handler } = await import(`../../../functions/${service}/aws.ts`);
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': 'key-00000001',
    authorization: `Bearer ${token}`,
  };
  const event = requestEvent({ rawPath: path, method, headers, ...(body && { body: JSON.stringify(body) }) });
  const requestContext = { ...event.requestContext, authorizer: { jwt: { claims } } };
  return handler({ ...event, requestContext }, context);
}

const ways = Object.keys(waysToBeGone) as WayToBeGone[];
const cases = allCalls.flatMap((call) => ways.map((way) => ({ ...call, way })));

test.each(cases)(
  '$method $path answers 503 when its store is gone: $way',
  async ({ service, method, path, body, way }) => {
    gone.be(way);
    const { statusCode, headers, body: text } = await ask(service, method, path, body);
    expect(statusCode, text).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', 'content-type': 'application/problem+json' });
    expect(JSON.parse(text)).toMatchObject({ code: 'TRY_AGAIN' });
  },
);

test.each(ways)('settlement redelivers every message when its store is gone: %s', async (way) => {
  gone.be(way);
  const { handler } = await import('../../../functions/settlement/aws.ts');
  const request: OrderRequest = { v: 1, orderId, traceparent };
  const Records = ['a', 'b'].map((messageId) => ({ messageId, body: JSON.stringify(request), attributes: {} }));
  const answer = await handler({ Records } as never, context as never);
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['a', 'b']);
});
