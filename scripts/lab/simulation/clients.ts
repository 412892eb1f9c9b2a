import type { ProductResource } from '../../../functions/contracts/http.ts';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import { cancelOwnOrder } from '../../../functions/intake/cancel-order.ts';
import { acceptOrder } from '../../../functions/intake/place-order.ts';
import { findOwnOrder } from '../../../functions/intake/read-orders.ts';
import type { Clock, Meter, Pause } from '../../../functions/ports/runtime.ts';
import { putProduct } from '../../../functions/stock/put-product.ts';
import { restock } from '../../../functions/stock/restock.ts';
import type { AcceptedRecord, ClientRecord, OrderWish, RestockRecord, ShownOrder } from '../../sale/check/snapshot.ts';
import type { Plan, SimulatedOrder } from './plan.ts';
import type { Ports } from './platform.ts';
import { toSkewMs } from './world/queue.ts';
import type { Scheduler } from './world/scheduler.ts';

export interface RuntimePorts {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pause: Pause;
}

export const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const attempts = 6;
const patienceMs = 15_000;

/** Customers and an administrator; they retry unanswered requests, as real clients do. */
export class Clients {
  readonly record: ClientRecord & {
    accepted: AcceptedRecord[];
    requested: OrderWish[];
    shown: ShownOrder[];
    restocked: RestockRecord[];
    cancels: string[];
    restocks: Pick<RestockRecord, 'sku' | 'key'>[];
    put: ProductResource[];
    foreignAnswers: string[];
    foreignAttempts: number;
  };
  readonly #scheduler: Scheduler;
  readonly #ports: Ports & RuntimePorts;

  constructor(scheduler: Scheduler, ports: Ports & RuntimePorts) {
    this.#scheduler = scheduler;
    this.#ports = ports;
    const orders = { accepted: [], requested: [], shown: [], cancels: [] };
    const lists = { ...orders, restocked: [], restocks: [], put: [], foreignAnswers: [] };
    this.record = { ...lists, foreignAttempts: 0 };
  }

  order(plan: SimulatedOrder): void {
    const { name, atMs } = plan;
    const post = (suffix: string, wait: number) => this.#send(`${name}${suffix}`, wait, () => this.#post(plan));
    post('', atMs);
    if (plan.repeat !== 'never') post('-again', atMs + (plan.repeat === 'later' ? 3_000 : 1));
    if (plan.cancel) this.#send(`${name}-cancel`, plan.cancelAtMs, () => this.#cancel(plan, plan.customer));
    if (plan.abused) {
      this.#send(`${name}-foreign`, plan.cancelAtMs, () => this.#tryForeign(plan));
      this.#send(`${name}-reused`, plan.cancelAtMs, () => this.#post({ ...plan, quantity: plan.quantity + 1 }));
    }
  }

  restock(supply: { name: string; sku: string; quantity: number; atMs: number }): void {
    const { name, sku, quantity, atMs } = supply;
    const work = async () => {
      this.record.restocks.push({ sku, key: name });
      const answer = await restock({ sku, key: name, quantity }, this.#ports);
      this.record.restocked.push({ ...answer, key: name });
    };
    this.#send(name, atMs, work);
    this.#send(`${name}-again`, atMs + 500, work);
  }

  /** Changes the product as created, at version 1. */
  changeProduct({ name, sku, body, atMs }: Plan['changes'][number]): void {
    this.#send(name, atMs, async () => {
      this.record.put.push((await putProduct(sku, body, [1], this.#ports)).product);
    });
  }

  async #post({ customer, key, sku, quantity }: SimulatedOrder): Promise<void> {
    const request = { customer, idempotencyKey: key, sku, quantity, traceparent };
    this.record.requested.push({ customer, key, sku, quantity });
    this.record.accepted.push({ ...(await acceptOrder(request, this.#ports)), customer, key });
  }

  #acceptedBy({ customer, key }: SimulatedOrder): AcceptedRecord[] {
    return this.record.accepted.filter((one) => one.key === key && one.customer === customer);
  }

  async #cancel(plan: SimulatedOrder, customer: string): Promise<void> {
    const [accepted] = this.#acceptedBy(plan);
    if (!accepted) return;
    if (customer === accepted.customer) this.record.cancels.push(accepted.orderId);
    const order = await cancelOwnOrder({ customer, orderId: accepted.orderId, traceparent }, this.#ports);
    this.record.shown.push({ ...order, customer });
  }

  async #tryForeign(plan: SimulatedOrder): Promise<void> {
    const [accepted] = this.#acceptedBy(plan);
    if (!accepted) return;
    this.record.foreignAttempts++;
    const seen = await findOwnOrder('eve', accepted.orderId, this.#ports.orders).catch(unlessRefused);
    if (seen) this.record.foreignAnswers.push(`eve read order ${accepted.orderId}`);
    await this.#cancel(plan, 'eve');
    this.record.foreignAnswers.push(`eve cancelled order ${accepted.orderId}`);
  }

  /** Retries one request until it is answered or refused. */
  #send(name: string, atMs: number, work: () => Promise<void>, attempt = 0): void {
    const process = this.#scheduler.process(`${name}/${attempt}`);
    const skewed = { ...process, skewMs: toSkewMs(process.draw()) };
    let over = false;
    const again = () => {
      if (over) return;
      over = true;
      if (attempt + 1 < attempts) this.#send(name, 500, work, attempt + 1);
    };
    skewed.onDeath = again;
    this.#scheduler.after(atMs, skewed, () => {
      this.#scheduler.after(patienceMs, undefined, again);
      work()
        .catch(unlessRefused)
        .then(() => {
          over = true;
        }, again);
    });
  }
}

function unlessRefused(error: unknown): undefined {
  if (error instanceof ProblemError) return undefined;
  throw error;
}
