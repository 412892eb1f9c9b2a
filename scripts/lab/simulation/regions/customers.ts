import type { OrderResource, StockResource } from '../../../../functions/contracts/http.ts';
import { idOfKey } from '../../../sale/check/rules.ts';
import type { AcceptedRecord, OrderWish, ShownOrder } from '../../../sale/check/snapshot.ts';
import { type Request, requests } from '../clients/requests.ts';
import { similarNames } from '../clients/similar-names.ts';
import type { ListReading, SimulatedOrder } from '../plan.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Cell } from './cell.ts';
import { home, pick, type Region } from './plan.ts';
import type { KnownRows } from './rows.ts';
import { type Answer, Sender } from './sender.ts';

interface Parts {
  readonly scheduler: Scheduler;
  readonly cells: ReadonlyMap<Region, Cell>;
  readonly rows: KnownRows;
  readonly report: Report;
}

/** Customers of all regions: they retry, move, and check each answer against what its region must know. */
export class Customers {
  readonly record = {
    accepted: [] as (AcceptedRecord & { readonly region: Region })[],
    requested: [] as OrderWish[],
    shown: [] as (ShownOrder & { readonly region: Region })[],
  };
  /** Cancels that were sent, and those answered with 200, as `region orderId`. */
  readonly cancelsAsked = new Set<string>();
  readonly cancelled = new Set<string>();
  /** Attempts by customers with similar names, and any wrong answer. */
  readonly foreign: { readonly region: Region; readonly wrong?: string }[] = [];
  /** Time at which an order was first sent to a region, by `region orderId`. */
  readonly firstSent = new Map<string, number>();
  readonly #ids = new Map<string, string>();
  readonly #sent = new Map<string, Set<string>>();
  readonly #scheduler: Scheduler;
  readonly #cells: Parts['cells'];
  readonly #rows: KnownRows;
  readonly #report: Report;
  readonly #sender: Sender;

  constructor({ scheduler, cells, rows, report }: Parts) {
    this.#sender = new Sender({ scheduler, cells, report });
    this.#scheduler = scheduler;
    this.#cells = cells;
    this.#rows = rows;
    this.#report = report;
  }

  order(plan: SimulatedOrder): void {
    const { name, atMs, cancelAtMs, repeat } = plan;
    const [first, second, third] = this.#drawRegions(name);
    this.#post(plan, name, atMs, first);
    if (repeat !== 'never') this.#post(plan, `${name}-again`, atMs + (repeat === 'later' ? 3_000 : 1), second);
    if (plan.abused) this.#post({ ...plan, quantity: plan.quantity + 1 }, `${name}-reused`, cancelAtMs, second);
    this.#withId(plan, `${name}-reads`, cancelAtMs + 200, (orderId) => this.#read(plan.customer, orderId, name, third));
    if (plan.abused)
      this.#withId(plan, `${name}-foreigners`, cancelAtMs, (orderId) => this.#tryForeign(plan, orderId, third));
    if (!plan.cancel) return;
    for (const [region, what] of [
      [second, 'cancel'],
      [first, 'cancel-too'],
    ] as const)
      this.#withId(plan, `${name}-${what}s`, cancelAtMs, (orderId) =>
        this.#cancel(plan.customer, orderId, `${name}-${what}`, region),
      );
  }

  /** Reads all pages of the customer's list. */
  list({ name, customer, limit, atMs }: ListReading, region = this.#drawRegions(name)[0]): void {
    const items: OrderResource[] = [];
    // A cursor also works in another region, but the regions know different orders.
    const asked = new Set<Region>();
    const next = (page: number, waitMs: number, from: Region, begunMs?: number, cursor?: string) => {
      const query = { limit: String(limit), ...(cursor !== undefined && { cursor }) };
      const onAnswer = (answer: Answer) => {
        if (answer.status !== 200) return this.#report('status', `${name} got ${answer.status}`);
        asked.add(answer.region);
        const more = answer.body as { items: OrderResource[]; next?: string };
        if (!Array.isArray(more.items)) return this.#report('list', `${name} got 200 without a list`);
        items.push(...more.items);
        if (more.items.length > limit) this.#report('list', `${name} has a page of ${more.items.length} items`);
        if (page > 300) this.#report('list', `${name} never ends`);
        else if (more.next !== undefined) next(page + 1, 0, answer.region, begunMs ?? answer.askedMs, more.next);
        else this.#judgeList(customer, items, asked, begunMs ?? answer.askedMs);
      };
      const request = requests.listOrders(customer, query);
      this.#sender.send({ name: `${name}-page-${page}`, request, region: from, onAnswer }, waitMs);
    };
    next(0, atMs, region);
  }

  /** Only the home region changes products. */
  tryToAdminister(sku: string, atMs: number): void {
    for (const region of this.#cells.keys()) {
      if (region === home) continue;
      const onAnswer = ({ status, body }: Answer) => {
        if (status !== 409 || (body as { code: string }).code !== 'NOT_HOME_REGION')
          this.#report('home', `${region} answered ${status} to a restock`);
      };
      const request = requests.restock(sku, 'elsewhere', 5);
      this.#sender.send({ name: `${region} administers ${sku}`, request, region, onAnswer }, atMs);
    }
  }

  /** Sends to the home region until it answers or is lost. */
  administer(name: string, atMs: number, request: Request, onSuccess: (body: never) => void): void {
    const onAnswer = ({ status, body }: Answer) => {
      if (status === 200) onSuccess(body as never);
      else this.#report('status', `${name} got ${status}`);
    };
    this.#sender.send({ name, request, region: home, onAnswer }, atMs);
  }

  /** Reads in each region. */
  readStock(sku: string, name: string, atMs: number, onStock: (region: Region, body: never) => void = () => {}): void {
    for (const region of this.#cells.keys()) {
      const onAnswer = ({ status, body }: Answer) => {
        if (status !== 200) return this.#report('status', `${name} got ${status}`);
        const { supplied, reserved, left } = body as StockResource;
        if (Math.min(supplied, reserved, left) < 0 || left !== Math.max(0, supplied - reserved))
          this.#report('stock', `${region} shows ${left} left of ${supplied} ${sku}, ${reserved} reserved`);
        onStock(region, body as never);
      };
      this.#sender.send({ name: `${name}-${region}`, request: requests.readStock(sku), region, onAnswer }, atMs);
    }
  }

  #post(plan: SimulatedOrder, name: string, atMs: number, region: Region): void {
    const { customer, key, sku, quantity } = plan;
    const owner = `${customer} ${key}`;
    const onSend = (at: Region) => {
      this.record.requested.push({ customer, key, sku, quantity });
      this.#sent.set(owner, (this.#sent.get(owner) ?? new Set()).add(`${sku} ${quantity}`));
      const first = `${at} ${idOfKey(customer, key)}`;
      this.firstSent.set(first, this.firstSent.get(first) ?? this.#scheduler.now);
    };
    const onAnswer = ({ status, body, region: at }: Answer) => {
      const answer = body as AcceptedRecord & { code?: string };
      if (status === 202) {
        this.#ids.set(owner, answer.orderId);
        this.record.accepted.push({ ...answer, customer, key, region: at });
        if (answer.sku !== sku || answer.quantity !== quantity)
          this.#report('repeat', `${owner} asked for ${quantity} ${sku}, got ${answer.quantity} ${answer.sku}`);
      } else if (answer.code === 'IDEMPOTENCY_KEY_REUSED') {
        if ((this.#sent.get(owner)?.size ?? 0) < 2) this.#report('repeat', `the key ${owner} counts as reused`);
      } else if (answer.code !== 'QUANTITY_ABOVE_LIMIT') this.#report('status', `the post ${name} got ${status}`);
    };
    this.#sender.send({ name, request: requests.post(plan), region, onAnswer, onSend }, atMs);
  }

  #read(customer: string, orderId: string, name: string, region: Region): void {
    const onAnswer = ({ status, body, region: at, askedMs }: Answer) => {
      const oldest = this.#rows.oldestShown(at, orderId, askedMs);
      if (status === 200) this.#show(customer, body as OrderResource, at, oldest);
      else if (status !== 404) this.#report('status', `a read of ${orderId} got ${status}`);
      else if (oldest !== undefined) this.#report('lost', `${at} does not know ${orderId}, and has its row`);
    };
    this.#sender.send({ name: `${name}-read`, request: requests.read(customer, orderId), region, onAnswer }, 0);
  }

  #cancel(customer: string, orderId: string, name: string, region: Region): void {
    const onSend = (at: Region) => void this.cancelsAsked.add(`${at} ${orderId}`);
    const request = requests.cancel(customer, orderId);
    this.#sender.send({ name, request, region, onAnswer: (answer) => this.#judgeCancel(orderId, answer), onSend }, 0);
  }

  /** In every region, an order is visible only to its own customer. */
  #tryForeign({ name, customer: owner }: SimulatedOrder, orderId: string, region: Region): void {
    for (const customer of similarNames(owner))
      for (const request of [requests.read(customer, orderId), requests.cancel(customer, orderId)]) {
        const { method } = request;
        const onAnswer = ({ status, region: at }: Answer) => {
          const wrong = `${customer} got ${status} for ${method} of order ${orderId} of ${owner} in ${at}`;
          this.foreign.push({ region: at, ...(status !== 404 && { wrong }) });
        };
        this.#sender.send({ name: `${name}-${method}-by-${customer}`, request, region, onAnswer }, 0);
      }
  }

  #judgeCancel(orderId: string, { status, body, region, askedMs }: Answer): void {
    const { code, state } = body as { code?: string; state?: string };
    const what = `the cancel of ${orderId} in ${region} got ${code ?? status}`;
    if (status === 404) {
      if (this.#rows.oldestShown(region, orderId, askedMs) !== undefined) this.#report('lost', what);
    } else if (code === 'OWNED_BY_OTHER_REGION') {
      if (this.#rows.owns(region, orderId, askedMs)) this.#report('owner', `${what}, and the order is its own`);
    } else if (!this.#rows.owns(region, orderId))
      this.#report('owner', `${what}, and the order is of ${this.#rows.owners(orderId)}`);
    else if (status === 200) {
      this.cancelled.add(`${region} ${orderId}`);
      if (state !== 'CANCELLED') this.#report('cancel', `${what}, and is ${state}`);
    } else if (status !== 409) this.#report('status', what);
  }

  #judgeList(customer: string, items: readonly OrderResource[], asked: ReadonlySet<Region>, askedMs: number): void {
    const ids = Map.groupBy(items, ({ orderId }) => orderId);
    for (const [orderId, those] of ids)
      if (those.length > this.#rows.owners(orderId).length)
        this.#report('list', `a list of ${customer} names ${orderId} ${those.length} times`);
    const late = items.find(({ acceptedAt }, index) => acceptedAt > (items[index - 1]?.acceptedAt ?? acceptedAt));
    if (late) this.#report('list', `a list of ${customer} is not in order at ${late.orderId}`);
    const [region, ...others] = asked;
    if (region === undefined || others.length > 0) return;
    for (const orderId of this.#rows.listed(region, customer, askedMs))
      if (!ids.has(orderId)) this.#report('list', `a list of ${customer} in ${region} leaves out ${orderId}`);
    for (const item of items) this.#show(customer, item, region, undefined);
  }

  #show(customer: string, order: OrderResource, region: Region, oldest: number | undefined): void {
    this.record.shown.push({ ...order, customer, region });
    if (order.version < (oldest ?? 0))
      this.#report('backwards', `${region} shows ${order.orderId} at ${order.version}, and has ${oldest}`);
  }

  /** Regions of the customer's first request, retries and reads. */
  #drawRegions(name: string): [Region, Region, Region] {
    const draw = this.#scheduler.draw(`regions of ${name}`);
    const all = [...this.#cells.keys()];
    return [pick(all, draw), pick(all, draw), pick(all, draw)];
  }

  /** Acts on an order at a given time if its customer knows the id by then; otherwise does nothing. */
  #withId({ customer, key }: SimulatedOrder, name: string, atMs: number, work: (orderId: string) => void): void {
    this.#scheduler.after(atMs, this.#scheduler.process(name), () => {
      const orderId = this.#ids.get(`${customer} ${key}`);
      if (orderId) work(orderId);
    });
  }
}
