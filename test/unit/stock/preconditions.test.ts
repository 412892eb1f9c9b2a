import { expect, test } from 'vitest';
import { stockApi } from '../../../functions/stock/api.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';
import { memorySystem } from '../../support/memory-system.ts';

const body = JSON.stringify({ name: 'Lamp', unitPrice: 1, currency: 'EUR' });

async function put(headers: Record<string, string>): Promise<number> {
  const { ports } = memorySystem();
  const api = stockApi(
    { ...ports, stock: { supply: async () => ({ kind: 'conflict' }) } },
    {
      authenticate: async () => ({ customer: 'ada', admin: true }),
    },
  );
  const send = async (more: Record<string, string>) =>
    api(
      requestEvent({
        method: 'PUT',
        rawPath: '/products/lamp',
        headers: { 'content-type': 'application/json', ...more },
        body,
      }),
    );
  expect((await send({})).statusCode).toBe(201);
  return (await send(headers)).statusCode;
}

test.each<[Record<string, string>, number]>([
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': '"1"' }, 200],
  [{ 'if-match': '"7", "1"' }, 200],
  [{ 'if-match': '"1",' }, 200],
  [{ 'if-match': ', "7" ,, "1"' }, 200],
  [{ 'if-match': '"a,b"' }, 412],
  [{ 'if-match': '"a,"1""' }, 400],
  [{ 'if-match': '"7" "1"' }, 400],
  [{ 'if-match': ',' }, 400],
  [{ 'if-match': '*, "1"' }, 400],
  [{ 'if-match': 'W/"1"' }, 412],
  [{ 'if-match': '"2"' }, 412],
  [{ 'if-match': 'AAA' }, 400],
  [{ 'if-match': '' }, 400],
  [{ 'if-none-match': '*' }, 200],
  [{ 'if-none-match': 'AAA' }, 400],
  [{ 'if-match': '*', 'if-none-match': 'AAA' }, 400],
  [{ 'if-match': '', 'if-none-match': '*' }, 400],
  [{ 'if-match': '*', 'if-none-match': '*' }, 412],
])('answers a change with %j', async (headers, status) => expect(await put(headers)).toBe(status));

test('refuses a part of a product, which would be taken for all of it', async () => {
  expect(await put({ 'if-match': '"1"', 'content-range': 'bytes 0-9/30' })).toBe(400);
});
