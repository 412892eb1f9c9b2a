import type { BookEntry } from '../../sale/check/snapshot.ts';
import { failure } from './channels.ts';
import type { PartnerPlan } from './plan.ts';
import type { Calls } from './world/calls.ts';
import { seededDraw } from './world/random.ts';

interface Order {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

interface Answer {
  readonly status: number;
  json(): Promise<unknown>;
}

/** The caller's timeout. */
const attemptMs = 3_000;
const [noAnswer, noConnection] = [failure('TimeoutError'), failure('ECONNREFUSED')];
const unavailable: Answer = { status: 503, json: async () => ({}) };

/** A partner behind `fetch`: one book entry per idempotency key, always answered the same. */
export class SimulatedPartner {
  readonly book = new Map<string, BookEntry>();
  readonly #calls: Calls;
  readonly #plan: PartnerPlan;
  readonly #seed: number;

  constructor(seed: number, calls: Calls, plan: PartnerPlan) {
    this.#seed = seed;
    this.#calls = calls;
    this.#plan = plan;
  }

  fetch(_url: string, request: { readonly headers: Record<string, string>; readonly body: string }): Promise<Answer> {
    const [key, order] = [request.headers['idempotency-key'] ?? '', JSON.parse(request.body) as Order];
    const { scheduler } = this.#calls;
    const draw = scheduler.current?.draw ?? (() => 0);
    const [slow, hidden] = [draw(), draw()];
    return this.#calls.make<Answer>({
      name: 'POST /orders',
      execute: (answer, { conflict: resets }) => {
        const { outage } = this.#plan;
        const isDown = scheduler.now >= outage.fromMs && scheduler.now < outage.toMs;
        if (resets || isDown) {
          if (hidden < 0.3) this.#take(key, order);
          answer(hidden < 0.5 ? noAnswer : noConnection);
        } else if (slow < this.#plan.slow) {
          // The partner finishes after the caller's timeout; the caller may retry before.
          scheduler.after(attemptMs + slow * 60_000, undefined, () => this.#take(key, order));
          scheduler.after(attemptMs, undefined, () => answer(noAnswer));
        } else answer(this.#take(key, order));
      },
      busy: () => unavailable,
      lost: () => noAnswer,
    });
  }

  #take(key: string, { orderId, sku, quantity }: Order): Answer {
    const refuses = seededDraw(this.#seed, `${orderId} ${key}`)() < this.#plan.refusals;
    const entry = this.book.get(key) ?? { orderId, sku, quantity, state: refuses ? 'refused' : 'accepted' };
    this.book.set(key, entry);
    return { status: entry.state === 'accepted' ? 201 : 422, json: async () => ({ orderId, state: entry.state }) };
  }
}
