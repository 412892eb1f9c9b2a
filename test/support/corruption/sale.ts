import type { ProductResource } from '../../../functions/contracts/http.ts';
import { type OrderEvent, toOrderEvent } from '../../../functions/contracts/order-event.ts';
import { beginFulfilment, type Order } from '../../../functions/domain/order.ts';
import { fulfil } from '../../../functions/fulfilment/fulfil-order.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { acceptOrder } from '../../../functions/intake/place-order.ts';
import { findOwnOrder, toOrderResource } from '../../../functions/intake/read-orders.ts';
import { projectEvent } from '../../../functions/projection/events.ts';
import { settleOrder } from '../../../functions/settlement/settle-order.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import type { DeadLetter } from '../../../scripts/sale/check/dead-letter.ts';
import { idOfKey } from '../../../scripts/sale/check/rules.ts';
import type { AcceptedRecord, OrderWish, RestockRecord, ShownOrder } from '../../../scripts/sale/check/snapshot.ts';
import { namesNear } from '../../../scripts/sale/hostile-input.ts';
import { memoryPartner } from '../memory-partner.ts';
import { traceparent } from '../memory-system.ts';
import type { CorruptibleSystem } from './system.ts';

/** An id that no order has. */
const unknownId = idOfKey('nobody', 'key-of-nobody');

/** Orders of the sale, by the case that each one covers. */
const wishes = {
  fulfilled: { customer: 'ada', sku: 'vase', quantity: 2 },
  other: { customer: 'ada', sku: 'vase', quantity: 1 },
  /** Takes units from both shards of its product. */
  split: { customer: 'bob', sku: 'lamp', quantity: 4 },
  rejected: { customer: 'cleo|#1', sku: 'lamp', quantity: 3 },
  cancelled: { customer: 'ada', sku: 'vase', quantity: 3 },
  cancelledEarly: { customer: 'bob', sku: 'vase', quantity: 1 },
  /** Refused by the partner. */
  refused: { customer: 'dan', sku: 'vase', quantity: 1 },
  /** Pending: its message is a dead letter. */
  stuck: { customer: 'eve', sku: 'vase', quantity: 1 },
  /** Handed to the partner, whose answer was lost; the message that would retry is a dead letter. */
  waiting: { customer: 'dan', sku: 'vase', quantity: 2 },
  /** Its customer holds six already. */
  overLimit: { customer: 'ada', sku: 'vase', quantity: 1 },
  /** Its client got no answer. */
  unanswered: { customer: 'fay', sku: 'vase', quantity: 1 },
} as const satisfies Record<string, Omit<OrderWish, 'key'>>;
export type Role = keyof typeof wishes;
const roles = Object.keys(wishes) as Role[];

export type Sale = Awaited<ReturnType<typeof runSale>>;

/** A small sale that covers every outcome, run until nothing changes any more. */
export async function runSale(system: CorruptibleSystem) {
  const sale = new SmallSale(system);
  await sale.open();
  await sale.sell();
  return sale.evidence();
}

class SmallSale {
  readonly #system: CorruptibleSystem;
  readonly #accepted: AcceptedRecord[] = [];
  readonly #requested: OrderWish[] = [];
  readonly #shown: ShownOrder[] = [];
  readonly #restocked: RestockRecord[] = [];
  readonly #cancels: string[] = [];
  readonly #put: ProductResource[] = [];
  readonly #published: OrderEvent[] = [];
  readonly #foreignAnswers: string[] = [];
  #foreignAttempts = 0;
  readonly #ids = new Map<Role, string>();
  readonly #partner = memoryPartner({ refuses: (orderId) => orderId === this.#ids.get('refused') });
  readonly #ports;
  #ms = Date.parse('2026-11-27T09:00:00.000Z');

  constructor(system: CorruptibleSystem) {
    this.#system = system;
    this.#ports = {
      ...system.ports,
      queue: { send: async () => {} },
      bus: { publish: (events: readonly OrderEvent[]) => this.#publish(events) },
      clock: { now: () => new Date(this.#ms++).toISOString() },
      meter: { count: () => {} },
      pause: async () => {},
      continueTrace: (parent: string) => parent,
      partner: this.#partner.partner,
      gate: { pass: <Result>(work: () => Promise<Result>) => work() },
      cancellableMs: 0,
    };
  }

  async open(): Promise<void> {
    for (const [sku, shards, units] of [
      ['lamp', 2, 5],
      ['vase', 4, 40],
    ] as const) {
      const price = { unitPrice: 700, currency: 'EUR' as const };
      const limit = sku === 'vase' ? { limitPerCustomer: 6 } : {};
      const body = { name: sku, ...price, ...limit, peakOrdersPerSecond: shards * 100 };
      this.#put.push((await putProduct(sku, body, undefined, this.#ports)).product);
      await this.#restock(sku, units);
    }
    await this.#restock('vase', 3);
  }

  async sell(): Promise<void> {
    for (const role of roles) await this.#place(role);
    await this.#place('fulfilled');
    await this.#cancel('cancelledEarly');
    for (const role of roles) if (role !== 'stuck') await settleOrder(this.idOf(role), traceparent, this.#ports);
    await this.#cancel('cancelled');
    await this.#claim('waiting');
    await this.#drain();
    for (const role of roles) if (role !== 'waiting') await fulfil(this.idOf(role), traceparent, this.#ports);
    await this.#drain();
    for (const { customer, orderId } of [...this.#accepted]) {
      await this.#show(customer, orderId);
      for (const stranger of namesNear(customer)) await this.#pry(stranger, orderId);
    }
  }

  idOf(role: Role): string {
    return this.#ids.get(role) ?? '';
  }

  evidence() {
    const request = (role: Role) => ({
      v: 1,
      traceparent,
      orderId: this.idOf(role),
      order: { orderId: this.idOf(role) },
    });
    const deadLetters: DeadLetter[] = [
      { step: 'settlement', body: JSON.stringify(request('stuck')) },
      { step: 'fulfilment', body: JSON.stringify(request('waiting')), noted: 'PARTNER_UNREACHABLE' },
      { step: 'settlement', body: 'not JSON', noted: 'MALFORMED_MESSAGE' },
      { step: 'fulfilment', body: 'never read' },
      { step: 'settlement', body: JSON.stringify({ v: 1, traceparent, orderId: unknownId }), noted: 'UNKNOWN_ORDER' },
    ];
    return {
      ids: Object.fromEntries(this.#ids) as Record<Role, string>,
      ...{ deadLetters, book: [...this.#partner.book], published: this.#published },
      clients: {
        ...{ accepted: this.#accepted, requested: this.#requested, shown: this.#shown, restocked: this.#restocked },
        ...{ restocks: this.#restocked, cancels: this.#cancels, put: this.#put },
        ...{ foreignAttempts: this.#foreignAttempts, foreignAnswers: this.#foreignAnswers },
      },
    };
  }

  async #publish(events: readonly OrderEvent[]): Promise<readonly OrderEvent[]> {
    this.#published.push(...events);
    return [];
  }

  /** A customer with a similar name asks for another's order. */
  async #pry(stranger: string, orderId: string): Promise<void> {
    this.#foreignAttempts++;
    const found = await findOwnOrder(stranger, orderId, this.#ports.orders).catch((error) => error.code as string);
    if (found !== 'NOT_FOUND') this.#foreignAnswers.push(`${stranger} was answered ${JSON.stringify(found)}`);
  }

  async #restock(sku: string, quantity: number): Promise<void> {
    const key = `supply-${quantity}`;
    this.#restocked.push({ ...(await restock({ sku, key, quantity }, this.#ports)), key });
  }

  async #place(role: Role): Promise<void> {
    const wish = { ...wishes[role], key: `key-of-${role}` };
    const seen = role === 'other' ? { expectedPrice: { unitPrice: 700, currency: 'EUR' as const } } : {};
    const answer = await acceptOrder({ ...wish, ...seen, idempotencyKey: wish.key, traceparent }, this.#ports);
    this.#ids.set(role, answer.orderId);
    if (role === 'unanswered') this.#requested.push(wish);
    else this.#accepted.push({ ...answer, customer: wish.customer, key: wish.key });
  }

  async #cancel(role: Role): Promise<void> {
    const { customer } = wishes[role];
    this.#cancels.push(this.idOf(role));
    const order = await cancelOwnOrder({ customer, orderId: this.idOf(role), traceparent }, this.#ports);
    this.#shown.push({ ...order, customer });
  }

  async #show(customer: string, orderId: string): Promise<void> {
    this.#shown.push({ ...toOrderResource(await findOwnOrder(customer, orderId, this.#ports.orders)), customer });
  }

  /** Hands the order over, as a worker does that dies before it hears the answer. */
  async #claim(role: Role): Promise<void> {
    const before = (await this.#ports.orders.find(this.idOf(role))) as Order;
    const after = beginFulfilment(before, this.#ports.clock.now());
    await this.#ports.ledger.commit({ before, after, event: toOrderEvent(after, traceparent) });
    await this.#partner.partner.take(after);
  }

  #drain(): Promise<void> {
    return this.#system.drain((event) => projectEvent(event, this.#ports));
  }
}
