import type { AcceptedOrder, OrderResource } from '../../../../functions/contracts/http.ts';
import { isOpen, type Order } from '../../../../functions/domain/order.ts';
import type { AcceptedRecord, OrderWish, ShownOrder } from '../../../sale/check/snapshot.ts';
import type { Lags } from '../platform.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';

export interface Placed {
  readonly customer: string;
  readonly key: string;
  readonly sku: string;
  readonly quantity: number;
}

interface Known {
  readonly answer: AcceptedOrder;
  readonly customer: string;
  readonly acceptedMs: number;
  /** Times and versions shown by consistent answers. */
  readonly seen: { readonly atMs: number; readonly version: number }[];
  readonly states: Map<number, string>;
  cancel?: 'cancelled' | 'refused';
}

const acceptedFields = ['orderId', 'sku', 'quantity', 'unitPrice', 'total', 'currency', 'acceptedAt'] as const;

/** The customers' knowledge of their orders; every answer is checked against it. */
export class KnownOrders {
  readonly record = {
    accepted: [] as AcceptedRecord[],
    requested: [] as OrderWish[],
    shown: [] as ShownOrder[],
    cancels: [] as string[],
  };
  readonly #byId = new Map<string, Known>();
  readonly #byKey = new Map<string, AcceptedRecord>();
  /** Requests sent with each key. */
  readonly #sent = new Map<string, Set<string>>();
  /** Orders listed before their customer got a 202. */
  readonly #strangers = new Map<string, string>();
  readonly #scheduler: Scheduler;
  readonly #report: Report;
  readonly #lags: Lags;

  constructor(scheduler: Scheduler, report: Report, lags: Lags) {
    this.#scheduler = scheduler;
    this.#report = report;
    this.#lags = lags;
  }

  find({ customer, key }: Pick<Placed, 'customer' | 'key'>): AcceptedRecord | undefined {
    return this.#byKey.get(`${customer} ${key}`);
  }

  send({ customer, key, sku, quantity }: Placed): void {
    const name = `${customer} ${key}`;
    this.record.requested.push({ customer, key, sku, quantity });
    this.#sent.set(name, (this.#sent.get(name) ?? new Set()).add(`${sku} ${quantity}`));
  }

  /** Checks a 202: every retry with the same key must get the same one. */
  accept(placed: Placed, answer: AcceptedOrder): void {
    const { customer, key, sku, quantity } = placed;
    const first = this.find(placed);
    this.record.accepted.push({ ...answer, customer, key });
    if (answer.sku !== sku || answer.quantity !== quantity)
      this.#report(
        'repeat',
        `${key} of ${customer} asked for ${quantity} ${sku}, got ${answer.quantity} ${answer.sku}`,
      );
    if (answer.total !== answer.unitPrice * answer.quantity)
      this.#report('price', `order ${answer.orderId} costs ${answer.total}, ${quantity} times ${answer.unitPrice}`);
    if (first) this.#compare('repeat', `the repeated post of ${answer.orderId}`, first, answer);
    else this.#learn(placed, answer);
  }

  #learn(placed: Placed, answer: AcceptedOrder): void {
    const { customer, key } = placed;
    this.#byKey.set(`${customer} ${key}`, { ...answer, customer, key });
    this.#byId.set(answer.orderId, {
      ...{ answer, customer, acceptedMs: this.#scheduler.now, seen: [], states: new Map([[1, 'PENDING']]) },
    });
  }

  /** Checks a 422, which is right only if the key was also sent with a different request. */
  refuseReuse({ customer, key }: Placed): void {
    if ((this.#sent.get(`${customer} ${key}`)?.size ?? 0) < 2)
      this.#report('repeat', `key ${key} of ${customer} counts as reused, but was sent with one request only`);
  }

  /** Checks a consistent answer: it may not be older than the state known when the request was sent. */
  read(order: OrderResource, askedMs: number): void {
    const known = this.#byId.get(order.orderId);
    if (!known) return;
    this.record.shown.push({ ...order, customer: known.customer });
    this.#check(known, order, askedMs);
    known.seen.push({ atMs: this.#scheduler.now, version: order.version });
  }

  cancelled(orderId: string, order: OrderResource, askedMs: number): void {
    this.read(order, askedMs);
    const known = this.#byId.get(orderId);
    if (order.orderId !== orderId || order.state !== 'CANCELLED')
      this.#report('cancel', `the cancel of ${orderId} was answered with ${order.orderId} ${order.state}`);
    if (known) known.cancel = 'cancelled';
  }

  cancelRefused(orderId: string): void {
    const known = this.#byId.get(orderId);
    if (known?.cancel === 'cancelled')
      this.#report('cancel', `${orderId} was cancelled, but a later cancel was refused`);
    if (known) known.cancel ??= 'refused';
  }

  missing(orderId: string, what: string): void {
    this.#report('lost', `${what} of order ${orderId}: its customer got a 404`);
  }

  /** Checks a complete list, in its order. */
  list(customer: string, items: readonly OrderResource[], askedMs: number): void {
    const ids = new Set(items.map(({ orderId }) => orderId));
    if (ids.size < items.length) this.#report('list', `a list of ${customer} names an order twice`);
    const late = items.find(({ acceptedAt }, index) => acceptedAt > (items[index - 1]?.acceptedAt ?? acceptedAt));
    if (late) this.#report('list', `a list of ${customer} is not in order at ${late.orderId}`);
    for (const item of items) {
      this.record.shown.push({ ...item, customer });
      this.#checkListed(customer, item, askedMs);
    }
    for (const { orderId } of this.record.accepted) {
      const known = this.#byId.get(orderId);
      if (known?.customer !== customer || ids.has(orderId)) continue;
      if (known.acceptedMs < askedMs - this.#lags.listLagMs)
        this.#report('list', `a list of ${customer} leaves out order ${orderId}`);
    }
  }

  /** Once nothing changes any more, a list must match the store. */
  listed(customer: string, items: readonly OrderResource[], orders: readonly Order[]): void {
    const listed = items.map(({ orderId, state }) => `${orderId} ${state}`).sort();
    const own = orders.filter((order) => order.customer === customer);
    const stored = own.map(({ orderId, state }) => `${orderId} ${state}`).sort();
    if (listed.join() !== stored.join())
      this.#report('list', `the last list of ${customer} is ${listed.join()}, and the stores hold ${stored.join()}`);
  }

  /** Once nothing changes any more, the stores must match all answers. */
  judge(orders: readonly Order[]): void {
    const stored = new Map(orders.map((order) => [order.orderId, order]));
    for (const [orderId, known] of this.#byId) {
      const order = stored.get(orderId);
      if (order)
        this.#compare('price', `the stored order ${orderId}`, known.answer, { ...order, total: known.answer.total });
      if (order && known.cancel) this.#judgeCancel(known.cancel, order);
    }
    for (const [orderId, customer] of this.#strangers)
      if (stored.get(orderId)?.customer !== customer)
        this.#report('list', `a list of ${customer} named order ${orderId}, which is not theirs`);
  }

  #judgeCancel(answer: 'cancelled' | 'refused', { orderId, state }: Order): void {
    const isRight = answer === 'cancelled' ? state === 'CANCELLED' : !isOpen({ state }) || state === 'FULFILLING';
    if (!isRight) this.#report('cancel', `the cancel of ${orderId} was ${answer}, and the order is ${state}`);
  }

  #checkListed(customer: string, item: OrderResource, askedMs: number): void {
    const known = this.#byId.get(item.orderId);
    if (!known) this.#strangers.set(item.orderId, customer);
    else if (known.customer !== customer)
      this.#report('list', `a list of ${customer} names order ${item.orderId} of ${known.customer}`);
    else this.#check(known, item, askedMs - this.#lags.listedStateLagMs);
  }

  #check(known: Known, order: OrderResource, askedMs: number): void {
    const { orderId, version, state } = order;
    this.#compare('price', `order ${orderId}`, known.answer, order);
    const newest = Math.max(1, ...known.seen.filter(({ atMs }) => atMs <= askedMs).map((seen) => seen.version));
    if (version < newest)
      this.#report('backwards', `order ${orderId} has version ${version}, and had ${newest} before`);
    const before = known.states.get(version) ?? state;
    if (before !== state) this.#report('backwards', `version ${version} of order ${orderId} is ${state} and ${before}`);
    known.states.set(version, state);
  }

  #compare(invariant: string, what: string, wanted: AcceptedOrder, got: AcceptedOrder): void {
    for (const field of acceptedFields)
      if (wanted[field] !== got[field])
        this.#report(invariant, `${what} has ${field} ${got[field]}, was accepted with ${wanted[field]}`);
  }
}
