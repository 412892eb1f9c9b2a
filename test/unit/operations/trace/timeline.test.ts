import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PartnerFailed } from '../../../../functions/ports/partner.ts';
import { findOrder, type TraceSources } from '../../../../scripts/operations/trace/find-order.ts';
import { timelinePage } from '../../../../scripts/operations/trace/page.ts';
import { toStored } from '../../../../scripts/operations/trace/read-order.ts';
import { timelineText } from '../../../../scripts/operations/trace/text.ts';
import { toTimeline } from '../../../../scripts/operations/trace/timeline.ts';
import { hearLines, type SpokenLine, spokenSale, toLogLines } from '../../../support/sales/spoken-sale.ts';

let lines: SpokenLine[];
beforeEach(() => {
  lines = hearLines();
});
afterEach(() => vi.restoreAllMocks());

type Sale = Awaited<ReturnType<typeof spokenSale>>;

/** Lines of the functions that ran, and rows of the store they wrote. */
function sourcesOf({ state }: Pick<Sale, 'state'>, change: Partial<TraceSources> = {}): TraceSources {
  return {
    place: 'here',
    readLines: async (texts) =>
      toLogLines(lines).filter(({ fields }) => texts.some((text) => JSON.stringify(fields).includes(text))),
    readOrder: async (orderId) => {
      const stored = state.orders.get(orderId);
      const events = state.events.filter(({ order }) => order.orderId === orderId);
      return stored && toStored([{ ...stored.order, requestHash: stored.requestHash }, ...events]);
    },
    readPartner: async () => undefined,
    maxReceives: 5,
    ...change,
  };
}

async function timelineOf(id: string, sale: Pick<Sale, 'state'>, change?: Partial<TraceSources>) {
  return toTimeline(await findOrder(id, sourcesOf(sale, change)));
}

async function fulfilled(sale: Sale, key = 'key-00000001') {
  const { body, traceId } = await sale.place(key);
  await sale.settle();
  await sale.project();
  await sale.fulfil();
  await sale.project();
  return { orderId: String(body.orderId), traceId: String(traceId) };
}

test('shows the whole way of a fulfilled order, with each wait', async () => {
  const sale = await spokenSale();
  const { orderId, traceId } = await fulfilled(sale);
  const partner = { state: 'accepted', asked: 1, at: new Date().toISOString() };
  const timeline = await timelineOf(orderId, sale, { readPartner: async () => partner });
  expect(timeline).toMatchObject({ orderId, state: 'FULFILLED', traces: [traceId], notes: [] });
  const told = timeline.steps.map(({ where, what }) => `${where}: ${what}`).sort();
  expect(told).toEqual(
    [
      ...['intake: POST /orders: 202', 'order queue: waits for settlement', 'settlement: confirmed'],
      ...['bus: delivers OrderConfirmed', 'fulfilment queue: waits for fulfilment', 'fulfilment: fulfilled'],
      ...['Confirmed', 'Fulfilling', 'Fulfilled'].map((type) => `projection: counts and publishes Order${type}`),
      ...Array(3).fill('stream: waits for projection'),
      ...['Accepted', 'Confirmed', 'Fulfilling', 'Fulfilled'].map(
        (type, index) => `store: Order${type}, version ${index + 1} of the order`,
      ),
      ...['partner: is asked', 'partner: books it as accepted; asked once'],
    ].sort(),
  );
  expect(timeline.steps.find(({ where }) => where === 'order queue')?.ms).toBeGreaterThanOrEqual(40);
  const starts = timeline.steps.map(({ at }) => at);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

test('finds an order by its id, its key and the trace of any of its requests', async () => {
  const sale = await spokenSale();
  const { orderId, traceId } = await fulfilled(sale);
  const other = await fulfilled(sale, 'key-00000002');
  const read = await sale.request('GET', `/orders/${orderId}`);
  for (const id of [orderId, traceId, 'key-00000001', String(read.traceId)])
    expect((await timelineOf(id, sale)).orderId, id).toBe(orderId);
  const timeline = await timelineOf(orderId, sale);
  expect(timeline.traces).toEqual([traceId, read.traceId]);
  expect(timeline.totals.reads).toBe(1);
  expect(JSON.stringify(timeline)).not.toContain(other.traceId);
});

test('keeps orders apart that share a trace or a key, and asks which one is meant', async () => {
  const sale = await spokenSale();
  const headers = { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` };
  const [one, two] = [await sale.place('key-00000001', headers), await sale.place('key-00000002', headers)];
  await sale.settle();
  await expect(findOrder('c'.repeat(32), sourcesOf(sale))).rejects.toMatchObject({
    code: 'order_ambiguous',
    message: expect.stringContaining(two.body.orderId),
  });
  const timeline = await timelineOf(one.body.orderId, sale);
  expect(timeline.steps.filter(({ where }) => where === 'settlement')).toHaveLength(1);
});

test('says that nothing has this id, and how a request with the key was answered', async () => {
  const sale = await spokenSale();
  const unknown = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
  await expect(findOrder(unknown, sourcesOf(sale))).rejects.toMatchObject({ code: 'order_not_found' });
  await sale.request('POST', '/orders', { 'idempotency-key': 'key-refused-1' }, { sku: 'none', quantity: 1 });
  lines = lines.map(({ orderId: _, ...line }) => line as unknown as SpokenLine);
  await expect(findOrder('key-refused-1', sourcesOf(sale))).rejects.toMatchObject({
    message: expect.stringContaining('answered with 422'),
  });
});

test('shows an order without lines from its events, and says that they are missing', async () => {
  const sale = await spokenSale();
  const { orderId, traceId } = await fulfilled(sale);
  lines.length = 0;
  const timeline = await timelineOf(orderId, sale);
  expect(timeline.steps.map(({ where }) => where)).toEqual(Array(4).fill('store'));
  expect(timeline).toMatchObject({ traces: [traceId], notes: [expect.stringContaining('no longer has it')] });
});

test('counts retries and postponements, and names the queue that gave up', async () => {
  const partner = { ready: async () => {}, take: () => Promise.reject(new PartnerFailed('status 503')) };
  const sale = await spokenSale({ partner });
  const { body } = await sale.place('key-00000001');
  const messages = sale.state.queue.map((one) => JSON.stringify(one));
  const find = vi.spyOn(sale.ports.glances, 'find').mockRejectedValueOnce(new Error('throttled'));
  await sale.settle(1);
  find.mockRejectedValueOnce(new Error('throttled'));
  await sale.settle(5, messages);
  const stuck = await timelineOf(body.orderId, sale);
  expect(stuck).toMatchObject({ state: 'PENDING', totals: { retries: 5 } });
  expect(stuck.notes).toEqual([expect.stringContaining('received the message 5 times, at most 5')]);
  expect(stuck.steps.map(({ what }) => what)).toContain('record will be redelivered; receive 1; throttled');

  await sale.settle(3, messages);
  await sale.project();
  await sale.fulfil();
  const waiting = await timelineOf(body.orderId, sale);
  expect(waiting).toMatchObject({ state: 'FULFILLING', totals: { retries: 2, postponed: 1 } });
  expect(waiting.notes).toEqual([expect.stringContaining('it has been FULFILLING since')]);
  expect(waiting.steps.some(({ what }) => /^postponed by 1.000 s: status 503$/.test(what))).toBe(true);
});

test('shows a sweep, a cancel and a dead letter', async () => {
  const sale = await spokenSale();
  const { body, traceId } = await sale.place('key-00000001');
  const [message] = sale.state.queue.splice(0);
  await sale.sweep();
  await sale.settle();
  await sale.request('DELETE', `/orders/${body.orderId}`);
  await sale.project();
  await sale.settle(1, [JSON.stringify({ ...message, v: 9 })]);
  const timeline = await timelineOf(body.orderId, sale);
  expect(timeline).toMatchObject({ state: 'CANCELLED', totals: { swept: 1, deadLetters: 1 } });
  const told = timeline.steps.map(({ what }) => what);
  expect(told).toContain('DELETE /orders/{orderId}: 200');
  expect(told).toContain('dead letter: MALFORMED_MESSAGE');
  expect(told.some((what) => what.startsWith('sends it again: PENDING for '))).toBe(true);
  expect(timeline.traces[0]).toBe(traceId);
  expect(timeline.notes).toEqual([expect.stringContaining('npm run redrive -- --service settlement')]);
});

test('prints a timeline that ends with the state, and a page without requests to elsewhere', async () => {
  const sale = await spokenSale();
  const { orderId } = await fulfilled(sale);
  const timeline = await timelineOf(orderId, sale);
  expect(timelineText(timeline).trim().split('\n').at(-1)).toBe(`order ${orderId} is FULFILLED`);
  const hostile = { ...timeline, notes: ['<script>alert(1)</script>'] };
  const text = timelinePage(hostile);
  expect(text).toContain('prefers-color-scheme: dark');
  expect(text).not.toMatch(/<script|src="http|href="http|url\(/);
  expect(text.match(/<rect /g)?.length).toBeGreaterThanOrEqual(timeline.steps.length);
});
