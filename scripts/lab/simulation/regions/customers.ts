import type { OrderResource } from '../../../../functions/contracts/http.ts';
import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import type { AcceptedRecord, OrderWish, ShownOrder } from '../../../sale/check/snapshot.ts';
import { type Request, requests, toEvent, traceparentOf } from '../clients/requests.ts';
import type { ListReading, SimulatedOrder } from '../plan.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Cell } from './cell.ts';
import { home, pick, type Region } from './plan.ts';
import type { KnownRows } from './rows.ts';

const patienceMs = 15_000;
const pauses = { firstMs: 500, longestMs: 20_000 };
const mostAttempts = 60;
/** Share of customers who try another region after a failure; all do when theirs is lost. */
const restless = 0.3;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly region: Region;
  /** When the first and when this attempt was sent, in simulated milliseconds. */
  readonly firstMs: number;
  readonly askedMs: number;
}

interface Parts {
  readonly scheduler: Scheduler;
  readonly cells: ReadonlyMap<Region, Cell>;
  readonly rows: KnownRows;
  readonly report: Report;
}

/** Customers of all regions: they repeat, move, and compare each answer with what its region must know. */
export class Customers {
  readonly record = {
    accepted: [] as (AcceptedRecord & { readonly region: Region })[],
    requested: [] as OrderWish[],
    shown: [] as (ShownOrder & { readonly region: Region })[],
  };
  /** `region orderId` of cancels that were sent, and of those that were answered 200. */
  readonly cancelsAsked = new Set<string>();
  readonly cancelled = new Set<string>();
  /** When a key was first sent to a region: `region customer key`. */
  readonly firstSent = new Map<string, number>();
  readonly #ids = new Map<string, string>();
  readonly #sent = new Map<string, Set<string>>();
  readonly #scheduler: Scheduler;
  readonly #cells: Parts['cells'];
  readonly #rows: KnownRows;
  readonly #report: Report;

  constructor({ scheduler, cells, rows, report }: Parts) {
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
    const next = (page: number, waitMs: number, from: Region, begunMs?: number, cursor?: string) => {
      const query = { limit: String(limit), ...(cursor !== undefined && { cursor }) };
      this.#send(`${name}-page-${page}`, waitMs, from, requests.listOrders(customer, query), (answer) => {
        if (answer.status !== 200) return this.#report('status', `${name} got ${answer.status}`);
        // A cursor of another region goes on, but what the two regions know differs.
        const isSame = answer.region === region;
        const more = answer.body as { items: OrderResource[]; next?: string };
        items.push(...more.items);
        if (more.items.length > limit) this.#report('list', `${name} has a page of ${more.items.length} items`);
        if (page > 300) this.#report('list', `${name} never ends`);
        else if (more.next !== undefined) next(page + 1, 0, answer.region, begunMs ?? answer.askedMs, more.next);
        else this.#judgeList(customer, items, isSame ? region : undefined, begunMs ?? answer.askedMs);
      });
    };
    next(0, atMs, region);
  }

  /** Where products are not changed, nobody may. */
  tryToAdminister(sku: string, atMs: number): void {
    for (const region of this.#cells.keys()) {
      if (region === home) continue;
      const name = `${region} administers ${sku}`;
      this.#send(name, atMs, region, requests.restock(sku, 'elsewhere', 5), ({ status, body, region: at }) => {
        if (at !== home && (status !== 409 || (body as { code: string }).code !== 'NOT_HOME_REGION'))
          this.#report('home', `${at} answered ${status} to a restock`);
      });
    }
  }

  /** At home, until it is answered or lost. @param onAnswer of the restock or the change */
  administer(name: string, atMs: number, request: Request, onAnswer: (body: never) => void): void {
    this.#send(name, atMs, home, request, ({ status, body, region }) => {
      if (status === 200 || status === 201) onAnswer(body as never);
      else if (region === home) this.#report('status', `${name} got ${status}`);
    });
  }

  readStock(sku: string, name: string, atMs: number, onAnswer: (region: Region, body: never) => void = () => {}): void {
    for (const region of this.#cells.keys())
      this.#send(`${name}-${region}`, atMs, region, requests.readStock(sku), ({ status, body, region: at }) => {
        if (status !== 200) return this.#report('status', `${name} got ${status}`);
        const { supplied, reserved, left } = body as { supplied: number; reserved: number; left: number };
        if (Math.min(supplied, reserved, left) < 0 || left !== Math.max(0, supplied - reserved))
          this.#report('stock', `${at} shows ${left} left of ${supplied} ${sku}, ${reserved} reserved`);
        onAnswer(at, body as never);
      });
  }

  #post(plan: SimulatedOrder, name: string, atMs: number, region: Region): void {
    const { customer, key, sku, quantity } = plan;
    const owner = `${customer} ${key}`;
    const request = requests.post(plan);
    const onSend = (at: Region) => {
      this.record.requested.push({ customer, key, sku, quantity });
      this.#sent.set(owner, (this.#sent.get(owner) ?? new Set()).add(`${sku} ${quantity}`));
      const first = `${at} ${owner}`;
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
    this.#send(name, atMs, region, request, onAnswer, onSend);
  }

  #read(customer: string, orderId: string, name: string, region: Region): void {
    this.#send(`${name}-read`, 0, region, requests.read(customer, orderId), ({ status, body, region: at, askedMs }) => {
      const oldest = this.#rows.oldestShown(at, orderId, askedMs);
      if (status === 404) {
        if (oldest !== undefined) this.#report('lost', `${at} does not know ${orderId}, and has its row`);
        return;
      }
      if (status !== 200) return this.#report('status', `a read of ${orderId} got ${status}`);
      this.#show(customer, body as OrderResource, at, oldest);
    });
  }

  #cancel(customer: string, orderId: string, name: string, region: Region): void {
    const onSend = (at: Region) => void this.cancelsAsked.add(`${at} ${orderId}`);
    const onAnswer = ({ status, body, region: at, askedMs }: Answer) => {
      const isOwn = this.#rows.owns(at, orderId);
      const { code } = body as { code?: string };
      const what = `the cancel of ${orderId} in ${at} got ${code ?? status}`;
      if (status === 404) {
        if (this.#rows.oldestShown(at, orderId, askedMs) !== undefined) this.#report('lost', what);
      } else if (code === 'OWNED_BY_OTHER_REGION') {
        if (this.#rows.owns(at, orderId, askedMs)) this.#report('owner', `${what}, and the order is its own`);
      } else if (!isOwn) this.#report('owner', `${what}, and the order is of ${this.#rows.owners(orderId)}`);
      else if (status === 200) {
        this.cancelled.add(`${at} ${orderId}`);
        if ((body as OrderResource).state !== 'CANCELLED') this.#report('cancel', `${what}, and is not cancelled`);
      } else if (status !== 409) this.#report('status', what);
    };
    this.#send(name, 0, region, requests.cancel(customer, orderId), onAnswer, onSend);
  }

  #judgeList(customer: string, items: readonly OrderResource[], region: Region | undefined, askedMs: number): void {
    const ids = Map.groupBy(items, ({ orderId }) => orderId);
    for (const [orderId, those] of ids)
      if (those.length > this.#rows.owners(orderId).length)
        this.#report('list', `a list of ${customer} names ${orderId} ${those.length} times`);
    const late = items.find(({ acceptedAt }, index) => acceptedAt > (items[index - 1]?.acceptedAt ?? acceptedAt));
    if (late) this.#report('list', `a list of ${customer} is not in order at ${late.orderId}`);
    if (region === undefined) return;
    for (const orderId of this.#rows.listed(region, customer, askedMs))
      if (!ids.has(orderId)) this.#report('list', `a list of ${customer} in ${region} leaves out ${orderId}`);
    for (const item of items) this.#show(customer, item, region, undefined);
  }

  #show(customer: string, order: OrderResource, region: Region, oldest: number | undefined): void {
    this.record.shown.push({ ...order, customer, region });
    if (order.version < (oldest ?? 0))
      this.#report('backwards', `${region} shows ${order.orderId} at ${order.version}, and has ${oldest}`);
  }

  /** Where the customer asks first, repeats, and reads. */
  #drawRegions(name: string): [Region, Region, Region] {
    const draw = this.#scheduler.draw(`regions of ${name}`);
    const all = [...this.#cells.keys()];
    return [pick(all, draw), pick(all, draw), pick(all, draw)];
  }

  /** Does something with an order as soon as its customer knows its id, and nothing if that is too late. */
  #withId({ customer, key }: SimulatedOrder, name: string, atMs: number, work: (orderId: string) => void): void {
    this.#scheduler.after(atMs, this.#scheduler.process(name), () => {
      const orderId = this.#ids.get(`${customer} ${key}`);
      if (orderId) work(orderId);
    });
  }

  /** Sends one request until it is answered, sooner or later to another region. */
  #send(
    name: string,
    waitMs: number,
    wanted: Region,
    request: Request,
    onAnswer: (answer: Answer) => void,
    onSend: (region: Region) => void = () => {},
    { attempt, firstMs }: { attempt: number; firstMs: number } = { attempt: 0, firstMs: Number.NaN },
  ): void {
    const scheduler = this.#scheduler;
    const draw = scheduler.draw(`${name}/${attempt} goes to`);
    const isBound = request.service === 'stock' || request.service === 'catalog';
    scheduler.after(waitMs, undefined, () => {
      const region = this.#choose(wanted, attempt, isBound, draw);
      if (region === undefined) return;
      const process = scheduler.process(`${region}:${name}/${attempt}`);
      const askedMs = scheduler.now;
      const begunMs = Number.isNaN(firstMs) ? askedMs : firstMs;
      let over = false;
      const again = () => {
        if (over) return;
        over = true;
        if (attempt + 1 === mostAttempts) return this.#report('unanswered', `${name} got no answer`);
        const pauseMs = Math.min(pauses.longestMs, pauses.firstMs * 2 ** attempt);
        this.#send(name, pauseMs, region, request, onAnswer, onSend, { attempt: attempt + 1, firstMs: begunMs });
      };
      process.onDeath = again;
      const patience = scheduler.after(patienceMs, undefined, again);
      const answered = ({ statusCode, body }: HttpResult) => {
        process.alive = false;
        const content = body && JSON.parse(body);
        if (statusCode >= 500 && content?.code !== 'OWNED_BY_OTHER_REGION') return again();
        if (over || this.#cells.get(region)?.isLost) return again();
        over = true;
        patience.cancelled = true;
        onAnswer({ status: statusCode, body: content, region, firstMs: begunMs, askedMs });
      };
      scheduler.after(0, process, () => {
        onSend(region);
        const event = toEvent(request, traceparentOf(name, attempt));
        this.#cells.get(region)?.functions.call(request.service, event).then(answered, again);
      });
    });
  }

  /** The region of an attempt; undefined when there is nobody left to ask. */
  #choose(wanted: Region, attempt: number, isBound: boolean, draw: () => number): Region | undefined {
    const cell = this.#cells.get(wanted);
    if (isBound) return cell?.isLost ? undefined : wanted;
    const living = [...this.#cells.values()].filter(({ isLost }) => !isLost).map(({ region }) => region);
    const moves = cell?.isLost || (attempt > 0 && draw() < restless);
    return moves ? pick(living, draw) : wanted;
  }
}
