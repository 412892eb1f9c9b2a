import { keyPrefixes } from '../../functions/contracts/table-keys.ts';
import { breakerRules } from '../../functions/fulfilment/limits.ts';
import type { Service } from '../../stacks/model/services.ts';
import { requestEvent } from '../platform/functions/request-event.ts';
import { apiEvent, queueEvent, streamEvent } from './events.ts';
import type { PartnerAnswer, Step, StepInput } from './recording.ts';
import type { World } from './world.ts';

const begun = Date.parse('2026-11-27T09:00:00.000Z');
const price = { unitPrice: 1_999, currency: 'EUR' };
const clerk = { customer: 'clerk', groups: ['admin'] };

/** A sale in which each function reads and writes every message that it knows. */
export async function playSale(world: World): Promise<readonly Step[]> {
  const sale = new Sale(world);
  await openShop(sale);
  const { fulfilments } = await sellLamps(sale);
  await handOver(sale, fulfilments);
  await readOrders(sale);
  await sweep(sale);
  return sale.steps;
}

class Sale {
  readonly steps: Step[] = [];
  readonly #world: World;
  #nowMs = begun;

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs one invocation, a second after the last one, and records it. */
  async play(name: string, service: Service, event: object, partner?: StepInput['partner']): Promise<Step> {
    this.wait(1_000);
    const at = new Date(this.#nowMs).toISOString();
    const input = { name, service, at, event, ...(partner && { partner }) };
    const step = { input, outcome: await this.#world.play(input) };
    this.steps.push(step);
    return step;
  }

  wait(ms: number): void {
    this.#nowMs += ms;
  }

  /** Records of the orders table's stream from the last step. The stream's filter passes only events. */
  events(): readonly object[] {
    return this.#world.records('orders', ({ sk }) => String(sk).startsWith(keyPrefixes.event));
  }

  products(): readonly object[] {
    return this.#world.records('catalog', () => true);
  }
}

const bodies = ({ outcome }: Step, message: string): readonly string[] =>
  outcome.sent.filter((sample) => sample.message === message).map(({ body }) => JSON.stringify(body));

const putLamp = (body: object, headers = {}) =>
  apiEvent({ ...clerk, method: 'PUT', path: '/products/lamp', body, headers });
const restock = (sku: string, quantity: number) =>
  apiEvent({ ...clerk, method: 'POST', path: `/products/${sku}/stock`, body: { quantity }, key: `supply-of-${sku}` });
const order = (customer: string, sku: string, quantity: number, key = 'key-of-today') =>
  apiEvent({ customer, method: 'POST', path: '/orders', body: { sku, quantity, expectedPrice: price }, key });

async function openShop(sale: Sale): Promise<void> {
  const lamp = { name: 'Lamp', ...price, peakOrdersPerSecond: 2, limitPerCustomer: 2 };
  await sale.play('create a product', 'stock', putLamp(lamp));
  await sale.play('supply a product', 'stock', restock('lamp', 9));
  await sale.play('repeat a supply', 'stock', restock('lamp', 9));
  await sale.play('change a product', 'stock', putLamp({ ...lamp, name: 'Lamp, large' }, { 'if-match': '"1"' }));
  await sale.play('invalidate a product', 'invalidation', streamEvent(sale.products()));
  const cup = apiEvent({ ...clerk, method: 'PUT', path: '/products/cup', body: { name: 'Cup', ...price } });
  await sale.play('create a product without a limit', 'stock', cup);
}

async function sellLamps(sale: Sale): Promise<{ fulfilments: readonly string[] }> {
  const messages: string[] = [];
  const place = async (name: string, event: object) => {
    const step = await sale.play(name, 'intake', event);
    messages.push(...bodies(step, 'queue order-requests'));
  };
  for (const customer of ['ada', 'bob', 'dan', 'eve'])
    await place(`place an order of ${customer}`, order(customer, 'lamp', 2));
  await place('repeat a pending order', order('ada', 'lamp', 2));
  await place('place an order of a product without units', order('cyd', 'cup', 1));
  // Invalid JSON, as after an operator's mistake.
  messages.push('{"v":7}');
  await sale.play('settle orders', 'settlement', queueEvent(messages));
  const events = sale.events();
  await place('place an order above the limit', order('ada', 'lamp', 1, 'key-of-later'));
  await sale.play('settle an order above the limit', 'settlement', queueEvent(messages.slice(-1)));
  const rejected = sale.events();
  await sale.play('repeat a settled order', 'intake', order('ada', 'lamp', 2));
  const projected = await sale.play('count and publish events', 'projection', streamEvent([...events, ...rejected]));
  const cancelled = await sale.play('cancel an order', 'intake', orderCall(sale, 'DELETE', 'dan'));
  await sale.play('count a cancelled order', 'projection', streamEvent(sale.events()));
  const cancelledId = idIn(cancelled);
  // The bus forwards confirmed orders to the queue.
  const confirmed = bodies(projected, 'event OrderConfirmed').filter((body) => !body.includes(cancelledId));
  return { fulfilments: confirmed };
}

/** The id of a customer's order, from its accepted answer. */
function idOf(sale: Sale, customer: string): string {
  const accepted = sale.steps.find(({ input }) => input.name === `place an order of ${customer}`);
  return accepted ? idIn(accepted) : '';
}

const idIn = ({ outcome }: Step): string =>
  JSON.parse((outcome.result as { readonly body?: string }).body ?? '{}').orderId ?? '';

const orderCall = (sale: Sale, method: string, customer: string) =>
  apiEvent({ customer, method, path: `/orders/${idOf(sale, customer)}` });

async function handOver(sale: Sale, fulfilments: readonly string[]): Promise<void> {
  const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((customer) => idOf(sale, customer)) as [string, string, string];
  const accept = (orderId: string): PartnerAnswer => ({ status: 201, body: { orderId, state: 'accepted' } });
  const refuse = (orderId: string): PartnerAnswer => ({ status: 422, body: { orderId, state: 'refused' } });
  const answers = { [ada]: accept(ada), [eve]: refuse(eve) };
  const step = await sale.play('hand over orders', 'fulfilment', queueEvent(fulfilments), answers);
  await sale.play('count handed over orders', 'projection', streamEvent(sale.events()));
  const postponed = bodies(step, 'queue fulfilment-requests');
  const copies = postponed.flatMap((body) => Array<string>(breakerRules.failures).fill(body));
  await sale.play('hand over while the partner is down', 'fulfilment', queueEvent(copies));
  sale.wait(120_000);
  await sale.play('hand over a postponed order', 'fulfilment', queueEvent(postponed), { [bob]: accept(bob) });
  await sale.play('count a late order', 'projection', streamEvent(sale.events()));
}

async function readOrders(sale: Sale): Promise<void> {
  await sale.play('read an order', 'intake', orderCall(sale, 'GET', 'ada'));
  await sale.play('read a refused order', 'intake', orderCall(sale, 'GET', 'eve'));
  const list = (query: Readonly<Record<string, string>>) =>
    apiEvent({ customer: 'ada', method: 'GET', path: '/orders', query });
  const { outcome } = await sale.play('list orders', 'intake', list({ limit: '1' }));
  const { next } = JSON.parse((outcome.result as { readonly body?: string }).body ?? '{}');
  await sale.play('list the next page of orders', 'intake', list({ limit: '1', cursor: next ?? 'none' }));
  for (const rawPath of ['/health', '/products', '/products/lamp', '/products/lamp/stock'])
    await sale.play(`read ${rawPath}`, 'catalog', requestEvent({ rawPath }));
}

/** Orders whose messages were lost, in the states that the sweeper knows. */
async function sweep(sale: Sale): Promise<void> {
  await sale.play('place an order of fay', 'intake', order('fay', 'lamp', 1));
  const open = await sale.play('place an order of gil', 'intake', order('gil', 'lamp', 1));
  await sale.play('settle one order', 'settlement', queueEvent(bodies(open, 'queue order-requests')));
  sale.wait(3_600_000);
  const swept = await sale.play('sweep open orders', 'sweeper', {});
  await sale.play('settle a swept order', 'settlement', queueEvent(bodies(swept, 'queue order-requests')));
  const again = bodies(swept, 'queue fulfilment-requests');
  const gil = idOf(sale, 'gil');
  const accepted = { [gil]: { status: 200, body: { orderId: gil, state: 'accepted' } } };
  await sale.play('hand over a swept order', 'fulfilment', queueEvent(again), accepted);
  sale.wait(3_600_000);
  await sale.play('sweep again', 'sweeper', {});
}
