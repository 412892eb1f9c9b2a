import { toOpenBucket } from '../../../functions/domain/open-order.ts';
import { salesSlot } from '../../../functions/domain/sales.ts';
import { rankShards } from '../../../functions/domain/sharding.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import type { Counted, CountingShop } from './counting-shop.ts';
import { publicRequest, signedRequest } from './events.ts';
import { fitGroups, type Measured, meanOf } from './fit.ts';
import { orderBody } from './order-body.ts';

/** Multiples of the workers' concurrency, so that the rounds of a group grow evenly. */
const groupSizes = [10, 20, 40] as const;
const singles = 4;
/** One key is enough, because each customer of a group places one order. */
const onlyKey = 'calibration-key-0';

export interface StepOptions {
  readonly shardCount: number;
}

/** Runs the entries of all functions with orders in every state, and counts their work. */
export class Steps<Work extends object> {
  readonly #shop: CountingShop<Work>;
  readonly #shardCount: number;
  #products = 0;
  #customers = 0;

  constructor(shop: CountingShop<Work>, { shardCount }: StepOptions) {
    this.#shop = shop;
    this.#shardCount = shardCount;
  }

  /**
   * Fills the caches that environments keep for a second or longer, so that the steps are those of a busy environment.
   */
  async warmUp(): Promise<void> {
    await this.#shop.sweep();
    const sku = await this.#openProduct(10);
    await this.#placeAll(sku, 1);
    await this.#shop.settle();
    await this.#shop.project();
    await this.#shop.fulfil();
    await this.#shop.project();
    await this.#shop.request('catalog', publicRequest('/products'));
  }

  async ofIntake(): Promise<
    Record<'placeOrder' | 'repeatPost' | 'repeatSettled' | 'getOrder' | 'listOrders' | 'cancelOrder', Counted<Work>>
  > {
    const sku = await this.#openProduct(1_000);
    const keys = Array.from({ length: singles }, (_, index) => `calibration-key-${index}`);
    const post = (key: string) =>
      this.#shop.count(() => this.#shop.request('intake', signedRequest('reader', placing(sku, key))));
    const place = await countEach(keys, post);
    const repeat = await countEach(keys, post);
    await this.#shop.settle();
    const repeatSettled = await countEach(keys, post);
    const orders = keys.map((key) => `/orders/${deriveOrderId('reader', key)}`);
    const ask = (method: string) => (path: string) =>
      this.#shop.count(() => this.#shop.request('intake', signedRequest('reader', { method, path })));
    const get = await countEach(orders, ask('GET'));
    const list = await countEach(['/orders'], ask('GET'));
    const cancel = await countEach(orders, ask('DELETE'));
    await this.#shop.project();
    // Cancelled orders must not reach fulfilment.
    this.#shop.drop('fulfilments');
    return {
      placeOrder: this.#single('intake', place),
      repeatPost: this.#single('intake', repeat),
      repeatSettled: this.#single('intake', repeatSettled),
      getOrder: this.#single('intake', get),
      listOrders: this.#single('intake', list),
      cancelOrder: this.#single('intake', cancel),
    };
  }

  async ofCatalog(): Promise<Record<'getProduct' | 'getStock' | 'listProducts', Counted<Work>>> {
    const sku = await this.#openProduct(10);
    const read = async (path: string) =>
      this.#single('catalog', [await this.#shop.count(() => this.#shop.request('catalog', publicRequest(path)))]);
    await this.#shop.request('catalog', publicRequest(`/products/${sku}/stock`));
    return {
      getProduct: await read(`/products/${sku}`),
      getStock: await read(`/products/${sku}/stock`),
      listProducts: await read('/products'),
    };
  }

  async ofWorkers(): Promise<Record<'confirm' | 'reject' | 'project' | 'fulfil', Counted<Work>>> {
    const confirm: Measured<Work>[] = [];
    const project: Measured<Work>[] = [];
    const fulfil: Measured<Work>[] = [];
    const reject: Measured<Work>[] = [];
    for (const orders of groupSizes) {
      const sku = await this.#openProduct(100_000);
      await this.#placeAll(sku, orders);
      confirm.push({ orders, work: await this.#shop.count(() => this.#shop.settle()) });
      project.push({ orders, work: await this.#shop.count(() => this.#shop.project()) });
      fulfil.push({ orders, work: await this.#shop.count(() => this.#shop.fulfil()) });
      await this.#shop.project();
      await this.#placeAll(await this.#openProduct(0), orders);
      reject.push({ orders, work: await this.#shop.count(() => this.#shop.settle('together')) });
      await this.#shop.project();
    }
    return {
      confirm: grouped('settlement', 'confirm', confirm),
      reject: grouped('settlement', 'reject', reject),
      project: grouped('projection', 'project', project),
      fulfil: grouped('fulfilment', 'fulfil', fulfil),
    };
  }

  /** Events in one row of counters, and as many in two: the difference is the work per row. */
  async ofRows(): Promise<{ readonly one: Work; readonly two: Work }> {
    const [one, two] = [await this.#projectRows([0]), await this.#projectRows([0, 1])];
    return { one, two };
  }

  async #projectRows(slots: readonly number[]): Promise<Work> {
    const sku = await this.#openProduct(100_000);
    for (const slot of slots)
      await this.#placeAll(sku, groupSizes[1] / slots.length, (orderId) => salesSlot(orderId) === slot);
    await this.#shop.settle();
    const work = await this.#shop.count(() => this.#shop.project());
    await this.#shop.fulfil();
    await this.#shop.project();
    return work;
  }

  /** Orders that stay open. Runs after all other steps, because the sweeper would find their orders. */
  async ofSweeper(advance: (ms: number) => void): Promise<{ sweep: Counted<Work> }> {
    const sweeps: Measured<Work>[] = [];
    // The first sweeps create the sweeper's own rows.
    for (const _ of groupSizes) {
      advance(3_600_000);
      await this.#shop.sweep();
    }
    for (const orders of groupSizes) {
      // Sold out, so that every order is final before the next group is swept.
      await this.#placeAll(await this.#openProduct(0), orders, (orderId) => toOpenBucket(orderId) === 0);
      // Loses their messages.
      this.#shop.drop('orders');
      advance(3_600_000);
      sweeps.push({ orders, work: await this.#shop.count(() => this.#shop.sweep()) });
      await this.#shop.settle();
      await this.#shop.project();
      this.#shop.drop('fulfilments');
    }
    return { sweep: grouped('sweeper', 'sweep', sweeps) };
  }

  async ofOutage(): Promise<{ fulfilUnanswered: Counted<Work> }> {
    await this.#placeAll(await this.#openProduct(10), 1);
    await this.#shop.settle();
    await this.#shop.project();
    this.#shop.partnerAnswers = false;
    const work = await this.#shop.count(() => this.#shop.fulfil());
    return { fulfilUnanswered: this.#single('fulfilment', [work]) };
  }

  async #openProduct(units: number): Promise<string> {
    const sku = `calibration-${String(++this.#products).padStart(4, '0')}`;
    const body = {
      ...{ name: 'A lamp of average size', unitPrice: 1_999, currency: 'EUR' },
      peakOrdersPerSecond: this.#shardCount * 100,
    };
    const admin = { groups: ['admin'] };
    const path = `/products/${sku}`;
    await this.#shop.request('stock', signedRequest('clerk', { method: 'PUT', path, body, ...admin }));
    if (units === 0) return sku;
    const supply = {
      method: 'POST',
      path: `${path}/stock`,
      body: { quantity: units },
      key: `supply-of-${sku}`,
      ...admin,
    };
    await this.#shop.request('stock', signedRequest('clerk', supply));
    return sku;
  }

  /** Places orders of one group: by default of the first shard, and of the first row of counters. */
  async #placeAll(sku: string, count: number, isOfGroup = (id: string) => this.#isOfFirstRows(id)): Promise<void> {
    for (let placed = 0; placed < count; ) {
      const customer = `customer-${String(++this.#customers).padStart(6, '0')}`;
      if (!isOfGroup(deriveOrderId(customer, onlyKey))) continue;
      await this.#shop.request('intake', signedRequest(customer, placing(sku, onlyKey)));
      placed++;
    }
  }

  #single(service: Counted<Work>['service'], works: readonly [Work, ...Work[]]): Counted<Work> {
    return { service, perOrder: meanOf(works), perGroup: this.#shop.noWork };
  }

  #isOfFirstRows(orderId: string): boolean {
    return salesSlot(orderId) === 0 && rankShards(orderId, this.#shardCount)[0] === 0;
  }
}

const placing = (sku: string, key: string) => ({
  ...{ method: 'POST', path: '/orders', key },
  body: orderBody(sku),
});

async function countEach<Item, Work>(
  [first, ...others]: readonly Item[],
  count: (item: Item) => Promise<Work>,
): Promise<[Work, ...Work[]]> {
  if (first === undefined) throw new Error('nothing to count');
  const works: [Work, ...Work[]] = [await count(first)];
  for (const item of others) works.push(await count(item));
  return works;
}

function grouped<Work extends object>(
  service: Counted<Work>['service'],
  step: string,
  [first, between, last]: readonly Measured<Work>[],
): Counted<Work> {
  if (!first || !between || !last) throw new Error(`${step}: three groups are measured`);
  return { service, ...fitGroups(step, [first, between, last]) };
}
