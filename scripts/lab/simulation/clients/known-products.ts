import type {
  ProductResource,
  PutProductBody,
  RestockResource,
  StockResource,
} from '../../../../functions/contracts/http.ts';
import type { RestockRecord, Snapshot } from '../../../sale/check/snapshot.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';

interface Price {
  readonly unitPrice: number;
  readonly fromMs: number;
  untilMs: number;
}

interface Known {
  readonly currency: string;
  readonly prices: Price[];
  /** All limits that the product may have had; undefined stands for no limit. */
  readonly limits: Set<number | undefined>;
  readonly seen: { readonly atMs: number; readonly version: number }[];
}

/** The administrators' and visitors' knowledge of the products. */
export class KnownProducts {
  readonly record = {
    restocked: [] as RestockRecord[],
    restocks: [] as Pick<RestockRecord, 'sku' | 'key'>[],
    put: [] as ProductResource[],
  };
  readonly #products = new Map<string, Known>();
  readonly #supplies = new Map<string, RestockResource>();
  readonly #scheduler: Scheduler;
  readonly #report: Report;
  readonly #lagMs: number;

  constructor(scheduler: Scheduler, report: Report, lagMs: number) {
    this.#scheduler = scheduler;
    this.#report = report;
    this.#lagMs = lagMs;
  }

  created(product: ProductResource): void {
    const { sku, unitPrice, currency, limitPerCustomer } = product;
    this.record.put.push(product);
    const price = { unitPrice, fromMs: 0, untilMs: Number.POSITIVE_INFINITY };
    this.#products.set(sku, {
      currency,
      prices: [price],
      limits: new Set([limitPerCustomer]),
      seen: [{ atMs: this.#scheduler.now, version: 1 }],
    });
  }

  /** From here on, the new price and limit are possible. */
  changing(sku: string, { unitPrice, limitPerCustomer }: PutProductBody): void {
    this.#products.get(sku)?.limits.add(limitPerCustomer);
    const prices = this.#products.get(sku)?.prices ?? [];
    if (prices.some((price) => price.unitPrice === unitPrice)) return;
    prices.push({ unitPrice, fromMs: this.#scheduler.now, untilMs: Number.POSITIVE_INFINITY });
  }

  /** Checks that the answer to a PUT shows the requested values, in the product's own currency. */
  put({ name, unitPrice, currency, limitPerCustomer }: PutProductBody, answer: ProductResource): void {
    this.record.put.push(answer);
    const known = this.#products.get(answer.sku)?.currency;
    if (currency !== known) this.#report('put', `${answer.sku} is sold in ${known}, and was changed to ${currency}`);
    const asked = { name, unitPrice, currency, limitPerCustomer };
    for (const [field, value] of Object.entries(asked))
      if (answer[field as keyof typeof asked] !== value)
        this.#report('put', `${answer.sku} was put with ${field} ${value}, answered with ${JSON.stringify(answer)}`);
  }

  /** From here on, reads must show the new price; a lagging store may still show an old one for a while. */
  changed(sku: string): void {
    const { prices = [], seen = [] } = this.#products.get(sku) ?? {};
    for (const price of prices.slice(0, -1)) price.untilMs = Math.min(price.untilMs, this.#scheduler.now);
    seen.push({ atMs: this.#scheduler.now, version: 2 });
  }

  /** Checks an order's price: it must have been valid between its first post and now. */
  accepted(sku: string, unitPrice: number, postedMs: number): void {
    if (!this.#isPossible(sku, unitPrice, postedMs - this.#lagMs))
      this.#report('price', `${sku} was sold for ${unitPrice}, which was not its price at that time`);
  }

  /** Checks a final rejection of a quantity, which requires a limit below it. */
  refused(sku: string, quantity: number): void {
    const limits = [...(this.#products.get(sku)?.limits ?? [])];
    if (!limits.some((limit) => limit !== undefined && limit < quantity))
      this.#report('status', `${quantity} of ${sku} were refused, but its limits were ${limits.join()}`);
  }

  read({ sku, unitPrice, version }: ProductResource, askedMs: number): void {
    const seen = this.#products.get(sku)?.seen ?? [];
    const newest = Math.max(1, ...seen.filter(({ atMs }) => atMs <= askedMs).map((one) => one.version));
    if (version < newest) this.#report('backwards', `product ${sku} has version ${version}, and had ${newest} before`);
    if (!this.#isPossible(sku, unitPrice, askedMs))
      this.#report('price', `${sku} is offered for ${unitPrice}, which is not its price`);
    seen.push({ atMs: this.#scheduler.now, version });
  }

  list(items: readonly ProductResource[], askedMs: number): void {
    const skus = new Set(items.map(({ sku }) => sku));
    if (skus.size < items.length) this.#report('list', 'a list of products names a product twice');
    for (const sku of this.#products.keys())
      if (!skus.has(sku)) this.#report('list', `a list of products leaves out ${sku}`);
    for (const item of items) this.read(item, askedMs);
  }

  estimated({ sku, supplied, reserved, left }: StockResource): void {
    if (Math.min(supplied, reserved, left) < 0 || left !== Math.max(0, supplied - reserved))
      this.#report('stock', `${sku} has ${left} left of ${supplied}, ${reserved} reserved`);
  }

  /** Once nothing changes any more, estimates must be exact. */
  counted({ sku, supplied, reserved }: StockResource, { products, orders }: Snapshot): void {
    const sold = orders
      .filter((order) => order.sku === sku && ['CONFIRMED', 'FULFILLING', 'FULFILLED'].includes(order.state))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const has = products.find((product) => product.sku === sku)?.supplied;
    if (reserved !== sold || supplied !== has)
      this.#report('stock', `${sku} shows ${reserved} of ${supplied} reserved, but ${sold} of ${has} are`);
  }

  sent({ sku, key }: Pick<RestockRecord, 'sku' | 'key'>): void {
    this.record.restocks.push({ sku, key });
  }

  supplied(name: string, wanted: { sku: string; quantity: number }, answer: RestockResource): void {
    this.record.restocked.push({ ...answer, key: name });
    const first = this.#supplies.get(name) ?? answer;
    this.#supplies.set(name, first);
    if (answer.sku !== wanted.sku || answer.quantity !== wanted.quantity || answer.at !== first.at)
      this.#report('supply', `restock ${name} was answered differently: ${JSON.stringify([first, answer])}`);
  }

  /** Checks that every answered restock is stored. */
  judge({ supplies }: Snapshot): void {
    for (const [key, { sku, quantity }] of this.#supplies)
      if (!supplies.some((one) => one.key === key && one.sku === sku && one.quantity === quantity))
        this.#report('supply', `restock ${key} was answered 200, but ${quantity} ${sku} were never supplied`);
  }

  #isPossible(sku: string, unitPrice: number, sinceMs: number): boolean {
    return (
      this.#products.get(sku)?.prices.some((price) => price.unitPrice === unitPrice && price.untilMs >= sinceMs) ??
      false
    );
  }
}
