import type { ProductResource, StockResource } from '../../../../functions/contracts/http.ts';
import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import type { ClientRecord, Snapshot } from '../../../sale/check/snapshot.ts';
import type { SalesWitness } from '../operator/sales.ts';
import type { ListReading, Plan, Restock, SimulatedOrder } from '../plan.ts';
import type { Services } from '../services.ts';
import type { Report } from '../world/outcome.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Answer, OnAnswer } from './answer.ts';
import { KnownOrders } from './known-orders.ts';
import { KnownProducts } from './known-products.ts';
import { type Request, requests, toEvent, traceparentOf } from './requests.ts';
import { similarNames } from './similar-names.ts';
import { Traces } from './traces.ts';

const patienceMs = 15_000;
const pauses = { firstMs: 500, longestMs: 20_000 };
/** Far more attempts than any run of faults can use up. */
const mostAttempts = 60;

/** Customers, visitors and administrators: they retry until answered, and check each answer. */
export class Clients {
  readonly orders: KnownOrders;
  readonly products: KnownProducts;
  readonly #foreign = { attempts: 0, answers: [] as string[] };
  readonly #traces = new Traces();
  readonly #scheduler: Scheduler;
  readonly #services: Services;
  readonly #report: Report;
  readonly #sales: SalesWitness | undefined;

  /** @param sales judges the estimates while views are rebuilt */
  constructor(scheduler: Scheduler, services: Services, report: Report, sales?: SalesWitness) {
    this.#sales = sales;
    this.#scheduler = scheduler;
    this.#services = services;
    this.#report = report;
    this.orders = new KnownOrders(scheduler, report, services.lags);
    this.products = new KnownProducts(scheduler, report, services.lags.productLagMs);
  }

  get record(): ClientRecord {
    const { attempts, answers } = this.#foreign;
    return { ...this.orders.record, ...this.products.record, foreignAttempts: attempts, foreignAnswers: answers };
  }

  order(plan: SimulatedOrder): void {
    const { name, atMs, cancelAtMs } = plan;
    this.#post(plan, name, atMs);
    if (plan.repeat !== 'never') this.#post(plan, `${name}-again`, atMs + (plan.repeat === 'later' ? 3_000 : 1));
    // A customer that orders twice in parallel also cancels twice in parallel.
    for (const cancel of plan.repeat === 'in parallel' ? ['cancel', 'cancel-too'] : ['cancel'])
      if (plan.cancel) this.#later(`${name}-${cancel}s`, cancelAtMs, () => this.#cancel(plan, `${name}-${cancel}`));
    if (plan.cancel) this.#later(`${name}-reads`, cancelAtMs + 200, () => this.#read(plan, `${name}-read`));
    if (plan.abused) this.#abuse(plan);
  }

  restock({ name, sku, quantity, atMs }: Restock): void {
    const onAnswer = ({ status, body }: Answer) => {
      if (status === 200) this.products.supplied(name, { sku, quantity }, body as never);
      else this.#report('status', `restock ${name} got ${status}`);
    };
    const request = () => {
      this.products.sent({ sku, key: name });
      return requests.restock(sku, name, quantity);
    };
    this.#send(name, atMs, request, onAnswer);
    this.#send(`${name}-again`, atMs + 500, request, onAnswer);
  }

  /** Changes the product as created, at version 1. */
  changeProduct({ name, sku, body, atMs }: Plan['changes'][number]): void {
    const request = () => {
      this.products.changing(sku, body);
      return requests.putProduct(sku, body, 1);
    };
    this.#send(name, atMs, request, ({ status, body: answer }) => {
      // A retry that finds its own change succeeds as well.
      if (status === 200) {
        this.products.put(body, answer as ProductResource);
        this.products.changed(sku);
      } else if (status !== 409 || body.currency === 'EUR')
        this.#report('status', `the change of ${sku} got ${status}`);
    });
  }

  /** Reads all pages of the customer's list. */
  listOrders({ name, customer, limit, atMs }: ListReading, quiet?: Snapshot): void {
    const onList = (items: readonly unknown[], askedMs: number) => {
      this.orders.list(customer, items as never, askedMs);
      if (quiet) this.orders.listed(customer, items as never, quiet.orders);
    };
    this.#readPages(name, atMs, (query) => requests.listOrders(customer, query), limit, onList);
  }

  listProducts({ name, limit, atMs }: Omit<ListReading, 'customer'>): void {
    const onList = (items: readonly unknown[], askedMs: number) =>
      this.products.list(items as ProductResource[], askedMs);
    this.#readPages(name, atMs, (query) => requests.listProducts(query), limit, onList);
  }

  /** @param quiet the stores, if nothing changes any more */
  readStock(sku: string, name: string, atMs: number, quiet?: Snapshot): void {
    this.#send(
      name,
      atMs,
      () => requests.readStock(sku),
      ({ status, body, askedMs }) => {
        if (status !== 200) return this.#report('status', `the stock of ${sku} got ${status}`);
        this.products.estimated(body as never);
        const { reserved } = body as StockResource;
        if (this.#sales?.isPossible(sku, reserved, askedMs) === false)
          this.#report('sales', `${sku} shows ${reserved} units reserved, which no live generation held`);
        if (quiet) this.products.counted(body as never, quiet);
      },
    );
  }

  /** @param sweeps trace ids that sweeps began */
  findForeignTraces(snapshot: Snapshot, sweeps: ReadonlySet<string> = new Set()): string[] {
    return this.#traces.findForeign(snapshot, this.orders.record.accepted, sweeps);
  }

  #post(plan: SimulatedOrder, name: string, atMs: number): void {
    const request = () => {
      this.orders.send(plan);
      return requests.post(plan);
    };
    this.#send(name, atMs, request, ({ status, body, firstMs }) => {
      const isFirst = this.orders.find(plan) === undefined;
      const answer = body as { unitPrice: number; code: string };
      if (status === 202) {
        this.orders.accept(plan, body as never);
        if (isFirst) this.products.accepted(plan.sku, answer.unitPrice, this.#firstPost(plan, firstMs));
      } else if (answer.code === 'IDEMPOTENCY_KEY_REUSED') this.orders.refuseReuse(plan);
      else if (answer.code === 'QUANTITY_ABOVE_LIMIT') this.products.refused(plan.sku, plan.quantity);
      else this.#report('status', `the post ${name} got ${status}`);
    });
  }

  /** A retry may be answered before the post that created the order. */
  #firstPost({ atMs }: SimulatedOrder, firstMs: number): number {
    return Math.min(this.#openedMs + atMs, firstMs);
  }

  /** When the sale begins, in simulated milliseconds. */
  #openedMs = 0;

  open(): void {
    this.#openedMs = this.#scheduler.now;
  }

  #cancel(plan: SimulatedOrder, name: string): void {
    const orderId = this.orders.find(plan)?.orderId;
    if (!orderId) return;
    this.orders.record.cancels.push(orderId);
    const onAnswer = ({ status, body, askedMs }: Answer) => {
      if (status === 200) this.orders.cancelled(orderId, body as never, askedMs);
      else if (status === 409) this.orders.cancelRefused(orderId);
      else this.orders.missing(orderId, 'the cancel');
    };
    this.#send(name, 0, () => requests.cancel(plan.customer, orderId), onAnswer);
  }

  #read(plan: SimulatedOrder, name: string): void {
    const orderId = this.orders.find(plan)?.orderId;
    if (!orderId) return;
    const onAnswer = ({ status, body, askedMs }: Answer) => {
      if (status === 200) this.orders.read(body as never, askedMs);
      else this.orders.missing(orderId, 'a read');
    };
    this.#send(name, 0, () => requests.read(plan.customer, orderId), onAnswer);
  }

  /** A customer with a similar name tries the order, and its owner reuses the key for a slightly different request. */
  #abuse(plan: SimulatedOrder): void {
    const { name, cancelAtMs, sku, quantity } = plan;
    const similar = sku.endsWith('1')
      ? { sku: sku.slice(0, -1), quantity: quantity + 10 }
      : { sku, quantity: quantity + 1 };
    this.#post({ ...plan, ...similar }, `${name}-reused`, cancelAtMs);
    const body = { name: sku, unitPrice: 1, currency: 'EUR' };
    const caller = { customer: plan.customer, groups: ['administrators', 'not-admin', 'admin editors'] };
    this.#refused(`${name}-administers`, cancelAtMs, requests.putProduct(sku, body, 1, caller), 403);
    this.#later(`${name}-foreigners`, cancelAtMs, () => this.#tryForeign(plan));
  }

  #tryForeign(plan: SimulatedOrder): void {
    const orderId = this.orders.find(plan)?.orderId;
    if (!orderId) return;
    if (this.#services.verifiesTokens) this.#forge(plan, orderId);
    for (const customer of similarNames(plan.customer)) {
      for (const [what, request] of [
        ['read', requests.read(customer, orderId)],
        ['cancelled', requests.cancel(customer, orderId)],
      ] as const) {
        this.#send(
          `${plan.name}-${what}-by-${customer}`,
          0,
          () => request,
          ({ status }) => {
            this.#foreign.attempts++;
            if (status !== 404) this.#foreign.answers.push(`${customer} ${what} order ${orderId} of ${plan.customer}`);
          },
        );
      }
    }
  }

  /** Sends forged tokens; only for clouds without a gateway, which would reject them before the function. */
  #forge({ name, customer, sku }: SimulatedOrder, orderId: string): void {
    this.#refused(`${name}-read-by-forgery`, 0, { ...requests.read(customer, orderId), isForged: true }, 401);
    this.#refused(`${name}-restocked-by-forgery`, 0, { ...requests.restock(sku, name, 1), isForged: true }, 401);
  }

  #refused(name: string, atMs: number, request: Request, wanted: number): void {
    const onAnswer = ({ status }: Answer) => {
      if (status !== wanted) this.#report('foreign', `${name} must get ${wanted}, and got ${status}`);
    };
    this.#send(name, atMs, () => request, onAnswer);
  }

  #readPages(
    name: string,
    atMs: number,
    request: (query: Record<string, string>) => Request,
    limit: number,
    onList: (items: readonly unknown[], askedMs: number) => void,
  ): void {
    const items: unknown[] = [];
    let begunMs: number | undefined;
    const next = (page: number, waitMs: number, cursor: string | undefined) => {
      const query = { limit: String(limit), ...(cursor !== undefined && { cursor }) };
      this.#send(
        `${name}-page-${page}`,
        waitMs,
        () => request(query),
        ({ status, body, askedMs }) => {
          if (status !== 200) return this.#report('status', `${name} got ${status}`);
          const answer = body as { items: unknown[]; next?: string };
          if (!Array.isArray(answer.items)) return this.#report('list', `${name} got 200 without a list`);
          begunMs ??= askedMs;
          items.push(...answer.items);
          if (answer.items.length > limit) this.#report('list', `${name} has a page of ${answer.items.length} items`);
          if (page > 500) this.#report('list', `${name} never ends`);
          else if (answer.next !== undefined) next(page + 1, 0, answer.next);
          else onList(items, begunMs);
        },
      );
    };
    next(0, atMs, undefined);
  }

  #later(name: string, atMs: number, work: () => void): void {
    this.#scheduler.after(atMs, this.#scheduler.process(name), work);
  }

  /** Retries one request until it is answered; a 5xx does not count as an answer. */
  #send(name: string, waitMs: number, request: () => Request, onAnswer: OnAnswer, attempt = 0, firstMs?: number): void {
    const scheduler = this.#scheduler;
    const process = scheduler.process(`${name}/${attempt}`);
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      if (attempt + 1 === mostAttempts)
        return this.#report('unanswered', `${name} got no answer in ${mostAttempts} attempts`);
      const pauseMs = Math.min(pauses.longestMs, pauses.firstMs * 2 ** attempt);
      this.#send(name, pauseMs, request, onAnswer, attempt + 1, firstMs ?? scheduler.now);
    };
    process.onDeath = again;
    scheduler.after(waitMs, process, () => {
      const askedMs = scheduler.now;
      firstMs ??= askedMs;
      const patience = scheduler.after(patienceMs, undefined, again);
      const asked = request();
      const sent = traceparentOf(name, attempt);
      this.#traces.note(sent, asked);
      const answered = ({ statusCode, body }: HttpResult) => {
        // Work that the function did not await is lost.
        process.alive = false;
        if (statusCode >= 500) return again();
        // By the time of a late answer, the client has already retried.
        if (over) return;
        over = true;
        patience.cancelled = true;
        onAnswer({ status: statusCode, body: body && JSON.parse(body), firstMs: firstMs ?? askedMs, askedMs });
      };
      this.#services.call(asked.service, toEvent(asked, sent)).then(answered, again);
    });
  }
}
