import { toOpenBucket } from '../../../functions/domain/open-order.ts';
import { salesSlot } from '../../../functions/domain/sales.ts';
import { rankShards } from '../../../functions/domain/sharding.ts';
import { deriveOrderId } from '../../../functions/intake/place-order.ts';
import type { CountedStep, CountedWork } from './counted.ts';
import { noWork } from './counted.ts';
import { publicRequest, queueEvent, signedRequest, streamEvent } from './events.ts';
import { fitGroups, type Measured, meanOf } from './fit.ts';
import type { Shop } from './shop.ts';

/** Multiples of what workers do at once, so that the rounds of a group grow evenly. */
const groupSizes = [10, 20, 40] as const;
const singles = 4;
/** A customer of a group places one order. */
const onlyKey = 'calibration-key-0';

export interface StepOptions {
  readonly shardCount: number;
}

/** Runs the entries of all functions with orders of every state, and counts. */
export class Steps {
  readonly #shop: Shop;
  readonly #shardCount: number;
  #products = 0;
  #customers = 0;

  constructor(shop: Shop, { shardCount }: StepOptions) {
    this.#shop = shop;
    this.#shardCount = shardCount;
  }

  /** Fills what environments keep for a second or longer: the steps are those of a busy environment. */
  async warmUp(): Promise<void> {
    await this.#shop.invoke('sweeper', {});
    const sku = await this.#openProduct(10);
    await this.#placeAll(sku, 1);
    await this.#settle();
    await this.#project();
    await this.#fulfil();
    await this.#project();
    await this.#shop.request('catalog', publicRequest('/products'));
  }

  async ofIntake(): Promise<
    Record<'placeOrder' | 'repeatPost' | 'getOrder' | 'listOrders' | 'cancelOrder', CountedStep>
  > {
    const sku = await this.#openProduct(1_000);
    const keys = Array.from({ length: singles }, (_, index) => `calibration-key-${index}`);
    const post = (key: string) =>
      this.#shop.count(() => this.#shop.request('intake', signedRequest('reader', placing(sku, key))));
    const place = await countEach(keys, post);
    const repeat = await countEach(keys, post);
    await this.#settle();
    const orders = keys.map((key) => `/orders/${deriveOrderId('reader', key)}`);
    const ask = (method: string) => (path: string) =>
      this.#shop.count(() => this.#shop.request('intake', signedRequest('reader', { method, path })));
    const get = await countEach(orders, ask('GET'));
    const list = await countEach(['/orders'], ask('GET'));
    const cancel = await countEach(orders, ask('DELETE'));
    await this.#project();
    // Cancelled orders are not handed over.
    this.#shop.forwarded.splice(0);
    return {
      placeOrder: single('intake', place),
      repeatPost: single('intake', repeat),
      getOrder: single('intake', get),
      listOrders: single('intake', list),
      cancelOrder: single('intake', cancel),
    };
  }

  async ofCatalog(): Promise<Record<'getProduct' | 'getStock' | 'listProducts', CountedStep>> {
    const sku = await this.#openProduct(10);
    const read = async (path: string) =>
      single('catalog', [await this.#shop.count(() => this.#shop.request('catalog', publicRequest(path)))]);
    await this.#shop.request('catalog', publicRequest(`/products/${sku}/stock`));
    return {
      getProduct: await read(`/products/${sku}`),
      getStock: await read(`/products/${sku}/stock`),
      listProducts: await read('/products'),
    };
  }

  async ofWorkers(): Promise<Record<'confirm' | 'reject' | 'project' | 'fulfil', CountedStep>> {
    const confirm: Measured[] = [];
    const project: Measured[] = [];
    const fulfil: Measured[] = [];
    const reject: Measured[] = [];
    for (const orders of groupSizes) {
      const sku = await this.#openProduct(100_000);
      await this.#placeAll(sku, orders);
      confirm.push({ orders, work: await this.#shop.count(() => this.#settle()) });
      project.push({ orders, work: await this.#shop.count(() => this.#project()) });
      fulfil.push({ orders, work: await this.#shop.count(() => this.#fulfil()) });
      await this.#project();
      await this.#placeAll(await this.#openProduct(0), orders);
      reject.push({ orders, work: await this.#shop.count(() => this.#settle()) });
      await this.#project();
    }
    return {
      confirm: grouped('settlement', 'confirm', confirm),
      reject: grouped('settlement', 'reject', reject),
      project: grouped('projection', 'project', project),
      fulfil: grouped('fulfilment', 'fulfil', fulfil),
    };
  }

  /** Orders that stay open; after all other steps, since the sweeper would find theirs. */
  async ofSweeper(advance: (ms: number) => void): Promise<{ sweep: CountedStep }> {
    const sweeps: Measured[] = [];
    // The first sweeps make their rows.
    for (const _ of groupSizes) {
      advance(3_600_000);
      await this.#shop.invoke('sweeper', {});
    }
    for (const orders of groupSizes) {
      // Sold out, so that none of them is open when the next group is swept.
      await this.#placeAll(await this.#openProduct(0), orders, (orderId) => toOpenBucket(orderId) === 0);
      // Their messages are lost.
      this.#shop.take('order-requests');
      advance(3_600_000);
      sweeps.push({ orders, work: await this.#shop.count(() => this.#shop.invoke('sweeper', {})) });
      await this.#settle();
      await this.#project();
      this.#shop.forwarded.splice(0);
    }
    return { sweep: grouped('sweeper', 'sweep', sweeps) };
  }

  async ofOutage(): Promise<{ fulfilUnanswered: CountedStep }> {
    await this.#placeAll(await this.#openProduct(10), 1);
    await this.#settle();
    await this.#project();
    this.#shop.partnerAnswers = false;
    const work = await this.#shop.count(() => this.#fulfil());
    return { fulfilUnanswered: single('fulfilment', [work]) };
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

  /** Orders of one group; by default of the first shard, and of the first row of counters. */
  async #placeAll(sku: string, count: number, isOfGroup = (id: string) => this.#isOfFirstRows(id)): Promise<void> {
    for (let placed = 0; placed < count; ) {
      const customer = `customer-${String(++this.#customers).padStart(6, '0')}`;
      if (!isOfGroup(deriveOrderId(customer, onlyKey))) continue;
      await this.#shop.request('intake', signedRequest(customer, placing(sku, onlyKey)));
      placed++;
    }
  }

  #isOfFirstRows(orderId: string): boolean {
    return salesSlot(orderId) === 0 && rankShards(orderId, this.#shardCount)[0] === 0;
  }

  async #settle(): Promise<void> {
    const bodies = this.#shop.take('order-requests');
    // A repeated post has sent its message again; the queue would deliver both at some time.
    if (bodies.length > 0) await this.#shop.invoke('settlement', queueEvent([...new Set(bodies)]));
  }

  async #project(): Promise<void> {
    const records = this.#shop.store.events.splice(0);
    if (records.length > 0) await this.#shop.invoke('projection', streamEvent(records));
  }

  async #fulfil(): Promise<void> {
    const bodies = this.#shop.forwarded.splice(0);
    if (bodies.length > 0) await this.#shop.invoke('fulfilment', queueEvent(bodies));
  }
}

const placing = (sku: string, key: string) => ({
  ...{ method: 'POST', path: '/orders', key },
  body: { sku, quantity: 1, expectedPrice: { unitPrice: 1_999, currency: 'EUR' } },
});

async function countEach<Item>(items: readonly Item[], count: (item: Item) => Promise<CountedWork>) {
  const works: CountedWork[] = [];
  for (const item of items) works.push(await count(item));
  return works;
}

const single = (service: CountedStep['service'], works: readonly CountedWork[]): CountedStep => ({
  ...{ service, perOrder: meanOf(works), perGroup: noWork },
});

function grouped(
  service: CountedStep['service'],
  step: string,
  [first, between, last]: readonly Measured[],
): CountedStep {
  if (!first || !between || !last) throw new Error(`${step}: three groups are measured`);
  return { service, ...fitGroups(step, [first, between, last]) };
}
