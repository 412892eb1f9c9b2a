import type { AcceptedOrder, OrderResource } from '../../../functions/contracts/http.ts';
import { isFinal } from '../../../functions/domain/order-states.ts';
import type { Answer, Failure } from '../api/answer.ts';
import type { ApiClient } from '../api/client.ts';
import type { RequestFailures } from '../api/request-failures.ts';
import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';

export interface OrdersPorts {
  readonly client: Pick<ApiClient, 'listOrders' | 'order' | 'cancelOrder'>;
  readonly failures: Pick<RequestFailures, 'note'>;
  readonly pause: (ms: number) => Promise<void>;
  /** Resolves when the tab is visible. */
  readonly visible: () => Promise<void>;
  /** Called for each new state of an order, except the customer's own cancel. */
  readonly onChanged: (order: OrderResource) => void;
}

/** The signed-in customer's orders, newest first. Each is polled until its state is final. */
export class Orders {
  /** Undefined until first loaded. */
  readonly list = new Store<readonly OrderResource[] | undefined>(undefined);
  readonly #ports: OrdersPorts;
  readonly #followed = new Set<string>();
  /** Counts sign-ins, to drop answers that belong to an earlier one. */
  #turn = 0;

  constructor(ports: OrdersPorts) {
    this.#ports = ports;
  }

  forget(): void {
    this.#turn += 1;
    for (const what of ['orders', ...this.#followed]) this.#ports.failures.note(what, undefined);
    this.#followed.clear();
    this.list.set(undefined);
  }

  async load(): Promise<void> {
    this.forget();
    await this.refresh();
  }

  /** Reads the list again, and keeps following the orders that are known. */
  async refresh(): Promise<void> {
    const answer = await this.#untilAnswered('orders', () => this.#ports.client.listOrders());
    if (!answer?.ok) return;
    this.#merge(answer.body.items);
    for (const { orderId, state } of this.list.value ?? []) if (!isFinal(state)) void this.#follow(orderId);
  }

  accepted(order: AcceptedOrder): void {
    this.#merge([{ ...order, state: 'PENDING', version: 1, changedAt: order.acceptedAt }]);
    void this.#follow(order.orderId);
  }

  /** Returns undefined on success. After a refusal the order's new state is in the list. */
  async cancel(orderId: string): Promise<Failure | undefined> {
    const turn = this.#turn;
    const { client } = this.#ports;
    const answer = await client.cancelOrder(orderId);
    const refused = !answer.ok && answer.failure.code === 'ORDER_NOT_CANCELLABLE';
    const current = refused ? await client.order(orderId) : answer;
    if (current.ok && turn === this.#turn) this.#merge([current.body]);
    return answer.ok ? undefined : answer.failure;
  }

  async #follow(orderId: string): Promise<void> {
    if (this.#followed.has(orderId)) return;
    this.#followed.add(orderId);
    const turn = this.#turn;
    let before = this.#find(orderId);
    let waits = waitsIn(before);
    while (turn === this.#turn && !isFinal(this.#find(orderId)?.state ?? 'PENDING')) {
      const answer = await this.#untilAnswered(orderId, () => this.#ports.client.order(orderId));
      if (turn !== this.#turn) return;
      // It can be followed again when the list is read again.
      if (!answer?.ok) return void this.#followed.delete(orderId);
      const isNews = this.#find(orderId)?.state !== answer.body.state;
      this.#merge([answer.body]);
      const order = this.#find(orderId) ?? answer.body;
      if (isNews && order === answer.body) this.#ports.onChanged(order);
      if (order.state !== before?.state) waits = waitsIn(order);
      before = order;
      await this.#ports.pause(waits.next().value);
    }
  }

  /** Retries until there is an answer; a rejection is one. Undefined when the sign-in changed meanwhile. */
  async #untilAnswered<Body>(what: string, ask: () => Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    const { failures, pause, visible } = this.#ports;
    const turn = this.#turn;
    for (const ms of backOff(1_000, 20_000)) {
      await visible();
      if (turn !== this.#turn) return undefined;
      const answer = await ask();
      if (turn !== this.#turn) return undefined;
      failures.note(what, answer.ok ? undefined : answer.failure);
      // Something between the page and the API may answer for it, for a while.
      if (answer.ok || !(answer.failure.again || answer.failure.code === 'UNEXPECTED')) return answer;
      await pause(answer.failure.waitMs ?? ms);
    }
    return undefined;
  }

  #find(orderId: string): OrderResource | undefined {
    return this.list.value?.find((order) => order.orderId === orderId);
  }

  /** Answers may arrive out of order; the higher version is newer. */
  #merge(news: readonly OrderResource[]): void {
    const known = new Map((this.list.value ?? []).map((order) => [order.orderId, order]));
    for (const order of news) {
      if ((known.get(order.orderId)?.version ?? 0) <= order.version) known.set(order.orderId, order);
    }
    this.list.set([...known.values()].sort((a, b) => (a.acceptedAt < b.acceptedAt ? 1 : -1)));
  }
}

/** A pending order is settled within seconds. Later states last for minutes, and many customers wait in them. */
function waitsIn(order: OrderResource | undefined): Generator<number, never> {
  return !order || order.state === 'PENDING' ? backOff(250, 5_000, 1.5) : backOff(1_000, 60_000);
}
