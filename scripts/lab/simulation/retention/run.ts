import type { FulfilmentRequest } from '../../../../functions/contracts/fulfilment-request.ts';
import { isOpen, type Order } from '../../../../functions/domain/order.ts';
import { fulfil } from '../../../../functions/fulfilment/fulfil-order.ts';
import { cancelOwnOrder } from '../../../../functions/intake/cancel-order.ts';
import { acceptOrder } from '../../../../functions/intake/place-order.ts';
import { PartnerFailed } from '../../../../functions/ports/partner.ts';
import { settleOrder } from '../../../../functions/settlement/settle-order.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { restock } from '../../../../functions/stock/restock.ts';
import { checkInvariants } from '../../../sale/check/invariants.ts';
import type { AcceptedRecord, BookEntry, OrderWish, ShownOrder, Snapshot } from '../../../sale/check/snapshot.ts';
import { readRows } from '../../../sale/check/table-rows.ts';
import { Rebuilder } from '../operator/rebuilder.ts';
import { traceparent } from '../runtime.ts';
import { Calls, drawRates, type FaultRates } from '../world/calls.ts';
import { simulatedEpochMs } from '../world/globals.ts';
import type { Outcome, Violation } from '../world/outcome.ts';
import { hashText } from '../world/random.ts';
import { Scheduler } from '../world/scheduler.ts';
import { Expiry } from './expiry.ts';
import { dayMs, hourMs, type LongOrder, type LongPlan, minuteMs, planMonths } from './plan.ts';
import { retentionDays, Shop } from './shop.ts';

/** A stalled call stamps its order long before it commits. */
const checkOptions = { stampedEarlierMs: 10 * minuteMs };
const settleMs = 95_000;

/** Some months of a shop that keeps orders for 40 days: DynamoDB deletes expired rows late and in any sequence. */
export async function simulateRetention(seed: number, { trace = false } = {}): Promise<Outcome> {
  return new Months(planMonths(seed), new Scheduler(seed, { trace, rightClocks: true })).play();
}

class Months {
  readonly #plan: LongPlan;
  readonly #scheduler: Scheduler;
  readonly #calls: Calls;
  readonly #expiry: Expiry;
  readonly #shop: Shop;
  readonly #rebuilder: Rebuilder;
  readonly #violations: Violation[] = [];
  readonly #book = new Map<string, BookEntry>();
  readonly #clients = {
    accepted: [] as AcceptedRecord[],
    requested: [] as OrderWish[],
    shown: [] as ShownOrder[],
    cancels: [] as string[],
    ...{ foreignAttempts: 0, foreignAnswers: [] },
  };

  constructor(plan: LongPlan, scheduler: Scheduler) {
    this.#plan = plan;
    this.#scheduler = scheduler;
    const rates = toRareFaults(drawRates(scheduler.draw('rates')));
    this.#calls = new Calls(scheduler, { rates, untilMs: plan.endMs - dayMs, skipped: new Set() });
    this.#expiry = new Expiry(scheduler, plan.endMs);
    this.#shop = new Shop(scheduler, this.#calls, (table, row) => this.#expiry.stored(table, row));
    this.#expiry.watch(this.#shop.tables);
    const report = (invariant: string, text: string) => void this.#violations.push({ invariant, text });
    this.#rebuilder = new Rebuilder(scheduler, settleMs, report, retentionDays);
  }

  async play(): Promise<Outcome> {
    const { orders, rebuildsAtMs, endMs } = this.#plan;
    this.#try('opening', 0, () => this.#open());
    for (const order of orders) this.#try(order.name, order.atMs + minuteMs, () => this.#place(order));
    for (const [index, atMs] of rebuildsAtMs.entries()) this.#rebuilder.start(`rebuild-${index}`, atMs);
    this.#scheduler.after(endMs, undefined, () => {});
    await this.#scheduler.run();
    this.#rebuilder.compare();
    await this.#scheduler.run();
    return this.#judge();
  }

  /** Repeats the work until it succeeds. Nothing begins in the last hour. */
  #try(name: string, atMs: number, work: () => Promise<unknown>, attempt = 0): void {
    const scheduler = this.#scheduler;
    if (scheduler.now + atMs > this.#plan.endMs - hourMs) return;
    const process = scheduler.process(`${name}/${attempt}`);
    const again = () => this.#try(name, minuteMs, work, attempt + 1);
    process.onDeath = again;
    scheduler.after(atMs, process, () => void work().catch(again));
  }

  async #open(): Promise<void> {
    for (const [sku, limitPerCustomer] of [['lamp'], ['vase', 4]] as const) {
      const details = { name: sku, unitPrice: 1_999, currency: 'EUR' as const, limitPerCustomer };
      await putProduct(sku, { ...details, peakOrdersPerSecond: 200 }, undefined, this.#shop.ports).catch(allowExisting);
      await restock({ sku, key: 'first-supply', quantity: 14 }, this.#shop.ports);
    }
  }

  async #place(plan: LongOrder): Promise<void> {
    const { name, customer, sku, quantity } = plan;
    const key = `key-of-${name}`;
    this.#clients.requested.push({ customer, key, sku, quantity });
    const queue = { send: async () => {} };
    const request = { customer, idempotencyKey: key, sku, quantity, traceparent };
    const accepted = await acceptOrder(request, { ...this.#shop.ports, queue });
    this.#clients.accepted.push({ ...accepted, customer, key });
    this.#goOn(plan, accepted.orderId);
  }

  #goOn({ name, customer, settleMs, cancelMs, fulfilMs, isRefused }: LongOrder, orderId: string): void {
    const { ports } = this.#shop;
    this.#try(`${name}-settled`, settleMs, () => settleOrder(orderId, traceparent, ports));
    if (cancelMs !== undefined)
      this.#try(`${name}-cancelled`, cancelMs, async () => {
        this.#clients.cancels.push(orderId);
        const shown = await cancelOwnOrder({ customer, orderId, traceparent }, ports).catch(allowLate);
        if (shown) this.#clients.shown.push({ ...shown, customer });
      });
    for (const [index, ms] of fulfilMs.entries()) {
      const answers = index === fulfilMs.length - 1;
      this.#try(`${name}-handed-over-${index}`, settleMs + hourMs + ms, () =>
        this.#fulfil(orderId, answers, isRefused),
      );
    }
  }

  async #fulfil(orderId: string, answers: boolean, isRefused: boolean): Promise<void> {
    const take = async (order: Order) => {
      if (!answers) throw new PartnerFailed('no answer');
      const { sku, quantity } = order;
      this.#book.set(orderId, { orderId, sku, quantity, state: isRefused ? 'refused' : 'accepted' });
      return isRefused ? ('refused' as const) : ('accepted' as const);
    };
    const partner = { ready: async () => {}, take };
    const gate = { pass: <Result>(work: () => Promise<Result>) => work() };
    await fulfil(orderId, traceparent, { ...this.#shop.ports, partner, gate, cancellableMs: 0 }).catch((error) => {
      if (answers || !(error instanceof PartnerFailed)) throw error;
    });
  }

  #readSnapshot(): Snapshot {
    const { tables, published } = this.#shop;
    const stores = readRows(
      {
        orderRows: tables.all('orders'),
        stockRows: tables.all('stock'),
        products: tables.all('catalog'),
        viewRows: tables.all('views'),
      },
      { days: retentionDays, atMs: simulatedEpochMs(this.#scheduler.now) },
    );
    const waiting = stores.orders
      .filter(isOpen)
      .map(({ orderId }): FulfilmentRequest => ({ v: 1, traceparent, order: { orderId } }));
    const deadLetters = waiting.map((request) => ({
      ...{ step: 'fulfilment' as const, body: JSON.stringify(request), noted: 'PARTNER_UNREACHABLE' as const },
    }));
    return { ...stores, deadLetters, published, book: [...this.#book.values()] };
  }

  #judge(): Outcome {
    const snapshot = this.#readSnapshot();
    const verdicts = checkInvariants(snapshot, this.#clients, checkOptions);
    const { orders } = snapshot;
    const old = simulatedEpochMs(this.#scheduler.now) - retentionDays * dayMs;
    return {
      violations: [
        ...this.#violations,
        ...verdicts.flatMap(({ id, violations }) => violations.map((text) => ({ invariant: id, text }))),
        ...this.#calls.refused.map((text) => ({ invariant: 'limit', text })),
      ],
      hash:
        hashText(
          JSON.stringify([...this.#shop.tables.rows].map(([name, rows]) => [name, [...rows]])),
          this.#scheduler.hash,
        ) >>> 0,
      orders: orders.length,
      checked: {
        ...Object.fromEntries(verdicts.map(({ id, checked }) => [id, checked])),
        'rows deleted': this.#expiry.deleted,
        'orders gone': this.#clients.accepted.length - orders.length,
        'open for longer than the retention': orders.filter(
          (order) => isOpen(order) && Date.parse(order.changedAt) < old,
        ).length,
        rebuilds: this.#rebuilder.rebuilt,
      },
      injected: this.#calls.injected,
      lines: this.#scheduler.lines ?? [],
    };
  }
}

/** The faults last for months, and a rebuild has to get through. */
function toRareFaults(rates: FaultRates['rates']): FaultRates['rates'] {
  return Object.fromEntries(Object.entries(rates).map(([fate, rate]) => [fate, rate / 3])) as FaultRates['rates'];
}

function allowExisting(error: Error): void {
  if ((error as { code?: string }).code === undefined) throw error;
}

/** The partner has the order already, or nothing is left to cancel. */
function allowLate(error: Error): undefined {
  if ((error as { code?: string }).code !== 'ORDER_NOT_CANCELLABLE') throw error;
}
