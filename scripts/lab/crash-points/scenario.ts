import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isOpen, type OrderState } from '../../../functions/domain/order.ts';
import { deriveOrderId, toAcceptedOrder } from '../../../functions/intake/place-order.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import { partnerClient } from '../../platform/partner/client.ts';
import { refuses } from '../../platform/partner/orders.ts';
import { checkInvariants, holds, retriedCalls } from '../../sale/check/invariants.ts';
import { readDeadLetters, readTables } from '../../sale/check/read-stores.ts';
import { type AcceptedRecord, onlyProducts, type Snapshot } from '../../sale/check/snapshot.ts';
import { type Answer, ShopClient } from '../../sale/client.ts';
import { type DeployedSystem, storeNamesOf, toClientConfig } from '../../sale/deployed-quiescence.ts';
import { tryForeignOrders } from '../../sale/hostile-input.ts';
import { uncounted } from '../../sale/quiescence.ts';
import { letStand, type OrderToAge, type SweeperParts, sweepUntil } from '../../sale/sweeper.ts';
import { limit, loseOrder } from './lost-order.ts';

export interface ScenarioSystem extends DeployedSystem {
  /** Parent process of the workers. Without it workers stay warm, and calls that a cache avoids are made only once. */
  readonly enginePid?: number | undefined;
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

/** Longer than the longest postponement, 60 s. */
const settleWithinMs = 90_000;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/**
 * Plays a short sale in which each function makes each of its calls: products; orders confirmed, rejected, cancelled,
 * fulfilled, and refused by a partner with an outage; an order whose message was lost; reads; poison. Client, queue and
 * stream retry failures. Returns the problems found afterwards.
 */
export async function playScenario(system: ScenarioSystem): Promise<string[]> {
  const story = new Story(system);
  await story.sellProduct();
  try {
    await story.takeOrders();
    await story.sweep();
    await story.openBreaker();
    await story.poison();
    return await story.findWrong();
  } finally {
    await story.end();
  }
}

class Story {
  readonly #system: ScenarioSystem;
  readonly #shop: ShopClient;
  readonly #partner: ReturnType<typeof partnerClient>;
  readonly #sku = `crash-${randomUUID().slice(0, 8)}`;
  readonly #customer = `crash-${this.#sku}`;
  readonly #poison = `poison-${randomUUID()}`;
  readonly #wrong: string[] = [];
  readonly #deadLetters = new Set<string>();
  readonly #accepted: AcceptedRecord[] = [];
  /** Unsigned calls from other users of the shared platform, before this scenario. */
  #unsignedBefore = 0;

  constructor(system: ScenarioSystem) {
    this.#system = system;
    this.#partner = partnerClient(system.partnerUrl);
    this.#shop = new ShopClient(system.apiUrl, { afterFailure: true });
  }

  /** Creates a product with four units on two shards. */
  async sellProduct(): Promise<void> {
    this.#unsignedBefore = (await this.#partner.calls()).unsigned;
    const token = await this.#system.issuer.token({ customer: 'crash-admin', admin: true });
    const path = `/products/${this.#sku}`;
    const body = { name: 'Lamp', unitPrice: 1_000, currency: 'EUR', ...limit, peakOrdersPerSecond: 200 };
    // A retry finds the row that the function wrote before it died, and succeeds.
    this.#expect('create', await this.#shop.call({ method: 'PUT', path, token, body }), [201, 200]);
    const change = { ...body, unitPrice: 1_100 };
    const headers = { 'if-match': '"1"' };
    this.#expect('change', await this.#shop.call({ method: 'PUT', path, token, headers, body: change }), [200]);
    this.#expect('restock', await this.#shop.restock(token, this.#sku, `restock-${this.#sku}`, 4), [200]);
    for (const read of ['/products', path, `${path}/stock`]) {
      this.#expect(read, await this.#shop.call({ method: 'GET', path: read }), [200]);
    }
  }

  /** Cancels the first of four orders; stock is left for two others. The partner is down. */
  async takeOrders(): Promise<void> {
    await this.#partner.setScript({ down: true });
    const token = await this.#system.issuer.token({ customer: this.#customer });
    const first = await this.#order(token, 1);
    // Poll fast: the order goes to the partner after a few seconds.
    const end = Date.now() + settleWithinMs;
    while ((await this.#shop.getOrder(token, first)).body.state === 'PENDING' && Date.now() < end) await sleep(100);
    this.#expect('cancel', await this.#shop.cancelOrder(token, first), [200]);
    for (const quantity of [2, 1, 5]) await this.#order(token, quantity);
    await this.#untilSettled();
    this.#expect('list', await this.#shop.call({ method: 'GET', path: '/orders', token }), [200]);
    this.#expect('read', await this.#shop.getOrder(token, first), [200]);
  }

  async #order(token: string, quantity: number): Promise<string> {
    const key = `order-${this.#sku}-${this.#accepted.length}`;
    const placed = await this.#shop.placeOrder(token, key, { sku: this.#sku, quantity });
    this.#expect('order', placed, [202]);
    this.#accepted.push({ ...placed.body, customer: this.#customer, key });
    return placed.body.orderId;
  }

  /** Recovers an order whose function died before it enqueued the message. It then waits, as the partner is down. */
  async sweep(): Promise<void> {
    const [customer, key] = [this.#customer, `lost-${this.#sku}`];
    const { order: lost, row } = loseOrder({ customer, key, sku: this.#sku });
    const { orderId } = lost;
    await this.#withSweeper(({ documents, ordersTable }) =>
      documents.send(new PutCommand({ TableName: ordersTable, Item: row })),
    );
    this.#accepted.push({ ...toAcceptedOrder(lost), customer, key });
    const found = ({ orders }: Snapshot) => orders.find((order) => order.orderId === orderId)?.state ?? 'PENDING';
    let before: OrderState = 'PENDING';
    await this.#sweepAfter([{ ...lost, state: before }]);
    // An order that changed state meanwhile was not yet stuck, so sweep again.
    for (let now = found(await this.#until((snapshot) => found(snapshot) !== before)); now !== before; ) {
      before = now;
      await this.#sweepAfter([{ ...lost, state: before }]);
      now = found(await this.#until(() => true));
    }
  }

  /** Waits until the orders count as stuck, then sweeps. A run that died is repeated, as the timer would. */
  #sweepAfter(orders: readonly OrderToAge[]): Promise<void> {
    return this.#withSweeper(async (parts) => {
      const dueMs = await letStand(parts, orders);
      const died = (): Promise<boolean> =>
        sweepUntil(parts, dueMs)
          .then(() => false)
          .catch(() => true);
      while (await died()) await sleep(100);
    });
  }

  async #withSweeper(work: (parts: SweeperParts) => Promise<unknown>): Promise<void> {
    const { stage, outputs } = this.#system;
    const { OrdersTable: ordersTable = '', CoordinationTable: coordinationTable = '' } = outputs;
    const config = toClientConfig(this.#system);
    const [lambda, dynamodb] = [new LambdaClient(config), new DynamoDBClient(config)];
    await work({ lambda, documents: DynamoDBDocumentClient.from(dynamodb), stage, ordersTable, coordinationTable });
    lambda.destroy();
    dynamodb.destroy();
  }

  /** Fails often enough in a function to open the breaker; the partner then recovers and refuses one order in three. */
  async openBreaker(): Promise<void> {
    const [, kept = '', refused = '', , lost = ''] = this.#accepted.map(({ orderId }) => orderId);
    await this.#until(({ orders }) => orders.some(({ state }) => state === 'FULFILLING'));
    const body = JSON.stringify({ v: 1, traceparent, order: { orderId: refused } });
    const records = Array.from({ length: 6 }, (_, index) => ({ messageId: `failure-${index}`, body }));
    await this.#invoke(new LambdaClient(toClientConfig(this.#system)), 'fulfilment', records);
    let seed = 0;
    const script = () => ({ seed, refuseShare: 0.5 });
    while ([kept, lost].some((id) => refuses(script(), id)) || !refuses(script(), refused)) seed++;
    await this.#partner.setScript(script());
  }

  async end(): Promise<void> {
    await this.#partner.setScript({});
  }

  /** Sends poison, which no retry can process: a message per queue, two stream records, and one of no known order. */
  async poison(): Promise<void> {
    const { outputs } = this.#system;
    const config = toClientConfig(this.#system);
    const [sqs, lambda] = [new SQSClient(config), new LambdaClient(config)];
    for (const QueueUrl of [outputs.OrderQueueUrl, outputs.FulfilmentQueueUrl])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: this.#poison }));
    const row = marshall({ pk: this.#poison, sk: 'EVENT#2' });
    const record = { eventID: '1', eventName: 'INSERT', dynamodb: { Keys: row, NewImage: row, SequenceNumber: '1' } };
    for (const service of ['projection', 'invalidation'] as const) await this.#invoke(lambda, service, [record]);
    const orderId = deriveOrderId(this.#customer, 'never-placed');
    const body = JSON.stringify({ v: 1, orderId, traceparent });
    await this.#invoke(lambda, 'settlement', [{ messageId: orderId, body }]);
    sqs.destroy();
    lambda.destroy();
  }

  /** Retries the batch until the function succeeds, as the stream does. */
  async #invoke(lambda: LambdaClient, service: Service, Records: readonly object[]): Promise<void> {
    const input = { FunctionName: physicalName(this.#system.stage, service), Qualifier: aliasName };
    const invoke = new InvokeCommand({ ...input, Payload: JSON.stringify({ Records }) });
    while ((await lambda.send(invoke)).FunctionError !== undefined) await sleep(100);
  }

  async findWrong(): Promise<string[]> {
    const { issuer } = this.#system;
    const first = { customer: this.#customer, orderId: this.#accepted[0]?.orderId ?? '' };
    const foreign = await tryForeignOrders(this.#shop, (customer) => issuer.token({ customer }), [first]);
    const snapshot = await this.#untilAtEnd();
    const clients = { accepted: this.#accepted, ...foreign };
    for (const verdict of checkInvariants(snapshot, clients, retriedCalls)) {
      if (!holds(verdict)) this.#wrong.push(`${verdict.id} ${verdict.text}: ${verdict.violations[0] ?? 'not checked'}`);
    }
    const states = snapshot.orders.map(({ state }) => state).toSorted();
    if (states.join() !== 'CANCELLED,CANCELLED,FULFILLED,FULFILLED,REJECTED')
      this.#wrong.push(`the orders are ${states.join()}`);
    for (const { orderId } of uncounted(snapshot).map(({ order }) => order))
      this.#wrong.push(`${orderId} is not counted`);
    if (!(await this.#poisonIsDead())) this.#wrong.push('a poison message is missing from the dead-letter queues');
    return this.#wrong;
  }

  #expect(what: string, { status, body }: Answer, expected: readonly number[]): void {
    if (!expected.includes(status))
      this.#wrong.push(`${what} was answered ${status}, expected ${expected.join(' or ')}: ${JSON.stringify(body)}`);
  }

  async #untilSettled(): Promise<void> {
    await this.#until(({ orders }) => orders.length === 4 && orders.every(({ state }) => state !== 'PENDING'));
  }

  /**
   * Repeated kills can dead-letter a message; its order then waits for the sweeper. Any other non-final order is a
   * failure.
   */
  async #untilAtEnd(): Promise<Snapshot> {
    const snapshot = await this.#untilQuiet();
    const open = snapshot.orders.filter(isOpen);
    await this.#readDeadLetters();
    const died = open.filter(({ orderId }) => this.#dead(orderId) > 0);
    if (died.length === 0 || died.length < open.length) return snapshot;
    await this.#sweepAfter(died);
    return this.#untilQuiet();
  }

  #untilQuiet(): Promise<Snapshot> {
    return this.#until((snapshot) => uncounted(snapshot).length === 0 && !snapshot.orders.some(isOpen));
  }

  /** Returns the last snapshot read, even when time ran out first. */
  async #until(done: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
    const config = toClientConfig(this.#system);
    const names = storeNamesOf(this.#system);
    const end = Date.now() + settleWithinMs;
    for (;;) {
      const begun = performance.now();
      const stores = await readTables(names, config);
      const snapshot = onlyProducts(
        {
          ...stores,
          deadLetters: [],
          book: await this.#partner.book(),
          unsigned: (await this.#partner.calls()).unsigned - this.#unsignedBefore,
        },
        new Set([this.#sku]),
      );
      if (done(snapshot) || Date.now() > end) return snapshot;
      await sleep(Math.max(150, 2 * (performance.now() - begun)));
    }
  }

  /**
   * Waits for two dead letters: one from the queues, one from the stream. A crash after the write may duplicate one.
   */
  async #poisonIsDead(): Promise<boolean> {
    const end = Date.now() + settleWithinMs;
    while (this.#dead(this.#poison) < 2 && Date.now() < end) {
      await sleep(1_000);
      await this.#readDeadLetters();
    }
    return this.#dead(this.#poison) >= 2;
  }

  #dead(text: string): number {
    return [...this.#deadLetters].filter((body) => body.includes(text)).length;
  }

  /** Accumulates the letters, because each read hides its messages from the next. */
  async #readDeadLetters(): Promise<void> {
    const letters = await readDeadLetters(storeNamesOf(this.#system), toClientConfig(this.#system));
    for (const { body } of letters) this.#deadLetters.add(body);
  }
}
