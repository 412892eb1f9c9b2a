import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventBus } from '../../../functions/ports/messaging.ts';
import { PartnerFailed } from '../../../functions/ports/partner.ts';
import { hearLines, type SpokenLine, spokenSale } from '../../support/sales/spoken-sale.ts';

let lines: SpokenLine[];
beforeEach(() => {
  lines = hearLines();
});
afterEach(() => vi.restoreAllMocks());

const textOf = (line: SpokenLine) => JSON.stringify(line);

/** Every line that names the order names its trace, and the other way round; the lines are exactly these. */
function expectOneTrace(orderId: string, traceId: string | undefined, messages: readonly string[]): void {
  const about = lines.filter((line) => textOf(line).includes(orderId));
  expect(about.map(({ message }) => message)).toEqual(messages);
  expect(lines.filter((line) => textOf(line).includes(String(traceId)))).toEqual(about);
}

const find = (message: string) => lines.find((line) => line.message === message);

test('joins the lines of a fulfilled order by one trace and its id, from the first line on', async () => {
  const { place, settle, project, fulfil } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  await settle();
  await project();
  await fulfil();
  await project();
  expectOneTrace(body.orderId, traceId, ['answered', 'settled', 'counted', 'fulfilment', 'counted', 'counted']);
  expect(lines[0]).toMatchObject({ orderId: body.orderId, idempotencyKey: 'key-00000001', route: 'placeOrder' });
});

test('names the same key in the line of an order, quoted as the draft has it or bare', async () => {
  const { place } = await spokenSale();
  for (const key of ['"key-00000001"', 'key-00000001', '"key-00000001";v=1']) await place(key);
  expect(lines.map(({ idempotencyKey }) => idempotencyKey)).toEqual(Array(3).fill('key-00000001'));
  expect(new Set(lines.map(({ orderId }) => orderId)).size).toBe(1);
});

test('says what a span needs: its parent, the wait in the queue, receives, and the time of the step', async () => {
  const { place, settle, project, fulfil } = await spokenSale();
  await place('key-00000001', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
  await settle(3);
  await project();
  await fulfil();
  const [first, settled, counted, fulfilled] = lines;
  expect(first).toMatchObject({ traceId: 'a'.repeat(32), parentId: 'b'.repeat(16) });
  expect(settled).toMatchObject({ parentId: first?.spanId, receives: 3 });
  expect(counted).toMatchObject({ parentId: settled?.spanId, type: 'OrderConfirmed', version: 2 });
  expect(fulfilled).toMatchObject({ parentId: counted?.spanId, receives: 1 });
  expect(settled?.waitedMs).toBeGreaterThanOrEqual(40);
  for (const line of lines) expect(line.ms, line.message).toBeGreaterThanOrEqual(0);
  expect(fulfilled?.partnerMs).toBeGreaterThanOrEqual(0);
  expect(new Set(lines.map(({ spanId }) => spanId)).size).toBe(lines.length);
});

test('keeps two orders of one batch apart', async () => {
  const { place, settle, project } = await spokenSale({ units: 1 });
  const [one, two] = [await place('key-00000001'), await place('key-00000002')];
  await settle();
  await project();
  expectOneTrace(one.body.orderId, one.traceId, ['answered', 'settled', 'counted']);
  expectOneTrace(two.body.orderId, two.traceId, ['answered', 'settled', 'counted']);
});

test('keeps a repeated and a cancelled order in the trace of its first request', async () => {
  const { place, request, settle, project } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  const again = await place('key-00000001');
  const cancelled = await request('DELETE', `/orders/${body.orderId}`);
  await settle();
  await project();
  expect(cancelled.status).toBe(200);
  const told = lines.map((line) => [line.message, line.orderId, line.traceId]);
  const own = (message: string, id = traceId) => [message, body.orderId, id];
  expect(told).toEqual([
    own('answered'),
    own('answered', again.traceId),
    own('answered', cancelled.traceId),
    own('settled'),
    own('settled'),
    own('counted'),
  ]);
});

test('keeps a swept order in its trace', async () => {
  const { state, place, settle, sweep } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  state.queue.length = 0;
  await sweep();
  await settle();
  expectOneTrace(body.orderId, traceId, ['answered', 'order swept', 'settled']);
});

test('names the order of a message that will be redelivered', async () => {
  const { place, settle, ports, state } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  const messages = state.queue.map((one) => JSON.stringify(one));
  vi.spyOn(ports.glances, 'find').mockRejectedValueOnce(new Error('throttled'));
  expect((await settle(2)).size).toBe(1);
  await settle(3, messages);
  expectOneTrace(body.orderId, traceId, ['answered', 'record will be redelivered', 'settled']);
  expect(lines[1]).toMatchObject({ receives: 2 });
});

const refusing: EventBus = { publish: async (events) => events };
const gone: EventBus = { publish: () => Promise.reject(new Error('no bus')) };

test.each([
  ['the bus rejected', refusing, ['counted', 'the bus rejected events; they will be redelivered']],
  ['the bus is gone for', gone, ['counted', 'the bus rejected some or all events; all will be redelivered']],
])('names the order of an event that %s', async (_, bus, expected) => {
  const { place, settle, project } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  await settle();
  expect(await project(bus)).toHaveLength(1);
  expectOneTrace(body.orderId, traceId, ['answered', 'settled', ...expected]);
});

test('names every order of events that could not be counted', async () => {
  const { place, settle, project, ports } = await spokenSale();
  const both = [await place('key-00000001'), await place('key-00000002')];
  await settle();
  vi.spyOn(ports.views, 'countedOf').mockRejectedValueOnce(new Error('throttled'));
  expect(await project()).toHaveLength(2);
  for (const { body, traceId } of both)
    expectOneTrace(body.orderId, traceId, ['answered', 'settled', 'events of orders will be redelivered']);
});

test('names the order of a postponed message, and of one that is given up', async () => {
  const partner = { ready: async () => {}, take: () => Promise.reject(new PartnerFailed('status 503')) };
  const { place, settle, project, fulfil, sweep } = await spokenSale({ partner, giveUpMs: -1 });
  const { body, traceId } = await place('key-00000001');
  await settle();
  await project();
  await fulfil();
  await sweep();
  expectOneTrace(body.orderId, traceId, ['answered', 'settled', 'counted', 'dead letter', 'order swept']);
  expect(find('dead letter')).toMatchObject({ reason: 'PARTNER_UNREACHABLE' });
});

test.each([
  ['of no JSON', (text: string) => text.slice(0, -1)],
  ['of a later version', (text: string) => text.replace('"v":1', '"v":9')],
])('names the order of a dead letter %s', async (_, spoil) => {
  const { place, settle, state } = await spokenSale();
  const { body, traceId } = await place('key-00000001');
  await settle(1, [spoil(JSON.stringify(state.queue[0]))]);
  expectOneTrace(body.orderId, traceId, ['answered', 'dead letter']);
});

test('names the order and the key of a request that fails', async () => {
  const { state, place, request } = await spokenSale();
  vi.spyOn(state.queue, 'push').mockImplementation(() => {
    throw new Error('a bug');
  });
  expect((await place('key-00000001')).status).toBe(500);
  const orderId = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
  expect((await request('GET', `/orders/${orderId}`)).status).toBe(404);
  expect((await request('GET', '/orders/none')).status).toBe(404);
  const told = lines.map(({ message, orderId, idempotencyKey }) => [message, orderId !== undefined, idempotencyKey]);
  expect(told).toEqual([
    ['failed', true, 'key-00000001'],
    ['answered', true, 'key-00000001'],
    ['answered', true, undefined],
    ['answered', false, undefined],
  ]);
});
