import { expect, test } from 'vitest';
import { stockApi } from '../../../functions/stock/api.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { apiCalls } from '../../support/api-calls.ts';
import { memorySystem } from '../../support/memory-system.ts';

const authenticate = async () => ({ customer: 'ada', admin: true });

async function call(change: { home?: string }, [method, rawPath, body]: (typeof apiCalls.stock)[number]) {
  const { ports, state } = memorySystem();
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'key-00000001' };
  const event = requestEvent({ method, rawPath, headers, body: JSON.stringify(body) });
  const { statusCode, body: answer } = await stockApi({ ...ports, ...change }, { authenticate })(event);
  return { statusCode, code: JSON.parse(answer ?? '{}').code, products: state.products.size };
}

test.each(apiCalls.stock)('%s %s is refused outside of the home region, and changes nothing', async (...request) => {
  const answer = await call({ home: 'eu-west-1' }, request as (typeof apiCalls.stock)[number]);
  expect(answer).toEqual({ statusCode: 409, code: 'NOT_HOME_REGION', products: 0 });
});

test('the home region itself creates the product', async () => {
  expect(await call({}, apiCalls.stock[0])).toMatchObject({ statusCode: 201, products: 1 });
});
