import { maxKeysPerRead } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { salesSlot } from '../../../functions/domain/sales.ts';
import type { CountedCalibration, CountedStep } from '../calibration/counted.ts';
import type { StepName } from '../types.ts';
import { CallSum, type Calls, plus } from './call-sum.ts';
import type { SaleFacts, SaleLog } from './log.ts';
import { triesOf } from './settlement.ts';

/**
 * Predicts the calls of a sale by the plan's counts. Only a plan's inputs are taken from the sale: the steps, and the
 * number of orders in each.
 */
export function predictCalls(facts: SaleFacts, calibration: CountedCalibration): PredictedCalls {
  const { calls, refused } = new Prediction(facts, calibration);
  return { calls, refused };
}

export interface PredictedCalls {
  readonly calls: Calls;
  /** Transactions that are refused even without a race. */
  readonly refused: number;
}

class Prediction {
  refused = 0;
  readonly #sum = new CallSum();
  readonly #log: SaleLog;
  readonly #calibration: CountedCalibration;
  /** By order id. */
  readonly #decided: ReadonlyMap<string, OrderEvent['order']>;
  readonly #skuOf: (orderId: string) => string;

  constructor({ log, events }: SaleFacts, calibration: CountedCalibration) {
    this.#log = log;
    this.#calibration = calibration;
    const decisions = events.filter(({ type }) => type === 'OrderConfirmed' || type === 'OrderRejected');
    this.#decided = new Map(decisions.map(({ order }) => [order.orderId, order]));
    const skus = new Map(events.map(({ order }) => [order.orderId, order.sku]));
    this.#skuOf = (orderId) => skus.get(orderId) ?? '';
    this.#addRequests();
    for (const lines of byInvocation(log.settled)) this.#addSettlement(lines);
    for (const lines of byInvocation(log.counted)) this.#addProjection(lines.flatMap(({ orderId }) => orderId ?? []));
    this.#addFulfilment();
    this.#sum.add(this.#step('sweep').perOrder.operations, log.swept.length);
  }

  get calls(): Calls {
    return this.#sum.calls;
  }

  #step(name: StepName): CountedStep {
    return this.#calibration.steps[name];
  }

  #add(name: StepName, times = 1): void {
    this.#sum.add(this.#step(name).perOrder.operations, times);
  }

  #addRequests(): void {
    const cancelled = new Set<string>();
    const isFirst = (orderId: string) => !cancelled.has(orderId) && cancelled.add(orderId).size > 0;
    const posts = this.#log.answered.filter(({ route, status }) => route === 'placeOrder' && status === 202);
    const messages = Map.groupBy(this.#log.settled, ({ orderId = '' }) => orderId);
    const resent = Map.groupBy(this.#log.swept, ({ orderId = '' }) => orderId);
    for (const [orderId, own] of Map.groupBy(posts, (post) => post.orderId ?? '')) {
      // Each message is settled once. A repeated post without a message came after the decision.
      const sent = (messages.get(orderId)?.length ?? 0) - (resent.get(orderId)?.length ?? 0);
      const pending = Math.min(own.length, Math.max(1, sent)) - 1;
      this.#add('placeOrder');
      this.#add('repeatPost', pending);
      this.#add('repeatSettled', own.length - 1 - pending);
    }
    for (const { route, status, orderId = '' } of this.#log.answered)
      if (route === 'cancelOrder' && status === 200 && isFirst(orderId)) this.#add('cancelOrder');
      else if (route !== 'placeOrder' || status !== 202) this.#addReading(route, status);
  }

  /** Requests that read, including those rejected after the read. Requests rejected earlier make no call. */
  #addReading(route: string, status: number): void {
    const isRead = status < 400 || status === 404 || status === 409;
    if (route === 'placeOrder' && status === 409) this.#add('repeatSettled');
    else if (route === 'placeOrder' && status === 422) this.#add('getProduct');
    else if ((route === 'getOrder' || route === 'cancelOrder') && isRead) this.#add('getOrder');
    else if ((route === 'restock' && isRead) || (route === 'putProduct' && status === 200)) this.#add('getProduct');
    else if (isOneOf(['listOrders', 'getProduct', 'getStock', 'listProducts'], route) && isRead) this.#add(route);
  }

  #addSettlement(lines: SaleLog['settled']): void {
    const [confirm, reject] = [this.#step('confirm'), this.#step('reject')];
    const ids = new Set(lines.map(({ orderId = '' }) => orderId));
    // One read of all orders, counted with each group. Each group has one transaction more.
    const read = pick(confirm.perGroup.operations, 'dynamodb.BatchGetItem');
    const transaction = plus(confirm.perGroup.operations, read, -1);
    this.#sum.add(confirm.perOrder.operations, ids.size);
    this.#sum.add(read, Math.ceil(ids.size / maxKeysPerRead));
    // An order that an eventually consistent read missed is read again.
    this.#add('getOrder', lines.filter(({ settlement }) => settlement === 'unknown order').length);
    const settled = lines.filter(({ settlement }) => settlement === 'confirmed' || settlement === 'rejected');
    const orders = [...new Set(settled.map(({ orderId = '' }) => orderId))].flatMap(
      (id) => this.#decided.get(id) ?? [],
    );
    const rejection = plus(byOperation(reject.perGroup.operations), byOperation(read), -1);
    const snapshot = plus(rejection, byOperation(transaction), -2);
    for (const product of Map.groupBy(orders, ({ sku, shardCount }) => `${sku}#${shardCount}`).values()) {
      const { transactions, refused, snapshots } = triesOf(product, this.#calibration.groupMax);
      this.refused += refused;
      this.#sum.add(transaction, transactions);
      this.#sum.add(snapshot, snapshots);
    }
  }

  /** @param events ids of the events' orders; an order may occur several times */
  #addProjection(events: readonly string[]): void {
    const { perOrder, perGroup } = this.#step('project');
    const orders = [...new Set(events)];
    const rows = new Set(orders.map((orderId) => `${this.#skuOf(orderId)}#${salesSlot(orderId)}`)).size;
    const once = this.#calibration.projectOnce;
    const ofRows = plus({}, plus(perGroup.operations, once, -1), rows);
    const ofBatch = plus({}, once, Math.ceil(orders.length / maxKeysPerRead));
    this.#sum.addInvocation(plus(plus(ofRows, ofBatch), perOrder.operations, events.length));
  }

  #addFulfilment(): void {
    const unanswered = this.#step('fulfilUnanswered').perOrder.operations;
    const [claim, again] = [pick(unanswered, 'dynamodb.TransactWriteItems'), pick(unanswered, 'sqs.')];
    const claimed = new Set<string>();
    const lines = [...this.#log.postponed.map((line) => ({ ...line, result: 'postponed' })), ...this.#log.fulfilment];
    for (const { result, orderId = '' } of lines.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp))) {
      const isClaimed = claimed.has(orderId);
      if (result === 'fulfilled' || result === 'refused') this.#add('fulfil');
      else if (result === 'postponed') this.#add('fulfilUnanswered');
      else this.#add('getOrder');
      if (result === 'too early') this.#sum.add(again);
      if (isClaimed && /^(fulfilled|refused|postponed)$/.test(result)) this.#sum.add(claim, -1);
      if (result === 'postponed') claimed.add(orderId);
    }
  }
}

const byInvocation = <Line extends { readonly function_request_id: string }>(lines: readonly Line[]): Line[][] => [
  ...Map.groupBy(lines, (line) => line.function_request_id).values(),
];

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  names.some((one) => one === name);

const pick = (calls: Calls, begin: string): Calls =>
  Object.fromEntries(Object.entries(calls).filter(([call]) => call.startsWith(begin)));

/** The counts by operation, without the targets. */
export function byOperation(calls: Calls): Calls {
  const sum = new CallSum();
  for (const [call, count] of Object.entries(calls)) sum.add({ [call.split(' ')[0] ?? '']: count });
  return sum.calls;
}
