import type { AcceptedOrder, OrderResource } from '../../../functions/contracts/http.ts';
import type { Answer, Failure } from '../api/answer.ts';
import type { ApiClient } from '../api/client.ts';
import type { Trouble } from '../api/trouble.ts';
import { backOff } from '../lib/back-off.ts';
import { Store } from '../lib/store.ts';

export interface OrdersPorts {
  readonly client: Pick<ApiClient, 'listOrders' | 'order' | 'cancelOrder'>;
  readonly trouble: Pick<Trouble, 'note'>;
  readonly pause: (ms: number) => Promise<void>;
  readonly onSettled: (order: OrderResource) => void;
}

/** The signed-in customer's orders, newest first. Pending orders are polled until settled. */
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
    this.#followed.clear();
    this.list.set(undefined);
    this.#ports.trouble.note('orders', undefined);
  }

  async load(): Promise<void> {
    this.forget();
    const answer = await this.#untilAnswered('orders', () => this.#ports.client.listOrders());
    if (!answer?.ok) return;
    this.#merge(answer.body.items);
    for (const order of answer.body.items) if (order.state === 'PENDING') void this.#follow(order.orderId);
  }

  accepted(order: AcceptedOrder): void {
    this.#merge([{ ...order, state: 'PENDING', version: 1, changedAt: order.acceptedAt }]);
    void this.#follow(order.orderId);
  }

  /** Returns undefined on success. */
  async cancel(orderId: string): Promise<Failure | undefined> {
    const answer = await this.#ports.client.cancelOrder(orderId);
    if (!answer.ok) return answer.failure;
    this.#merge([answer.body]);
    return undefined;
  }

  async #follow(orderId: string): Promise<void> {
    if (this.#followed.has(orderId)) return;
    this.#followed.add(orderId);
    const turn = this.#turn;
    for (const ms of backOff(250, 5_000, 1.5)) {
      const answer = await this.#untilAnswered(orderId, () => this.#ports.client.order(orderId));
      if (!answer?.ok || turn !== this.#turn) return;
      this.#merge([answer.body]);
      if (answer.body.state !== 'PENDING') return this.#ports.onSettled(answer.body);
      await this.#ports.pause(ms);
    }
  }

  /** Retries until there is an answer; a rejection is one. Undefined when the sign-in changed meanwhile. */
  async #untilAnswered<Body>(what: string, ask: () => Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    const turn = this.#turn;
    for (const ms of backOff(1_000, 20_000)) {
      const answer = await ask();
      if (turn !== this.#turn) return undefined;
      this.#ports.trouble.note(what, answer.ok ? undefined : answer.failure);
      if (answer.ok || !answer.failure.again) return answer;
      await this.#ports.pause(answer.failure.waitMs ?? ms);
    }
    return undefined;
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
