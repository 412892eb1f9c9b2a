import { findSignatureFault, toPartnerKey } from '../../../functions/adapters/http/message-signature.ts';
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
  readonly headers: Headers;
  readonly body: readonly Uint8Array[];
}

interface Posted {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const partnerUrl = 'https://partner.example.com';
/** The caller's timeout. */
const attemptMs = 3_000;
const [noAnswer, noConnection] = [failure('TimeoutError'), failure('ECONNREFUSED')];
const toAnswer = (status: number, body: object): Answer => ({
  status,
  headers: new Headers(),
  body: [Buffer.from(JSON.stringify(body))],
});
const unavailable = toAnswer(503, {});

/** Signing secret of both sides; the functions read it from Secrets Manager. */
export const sharedSecret = 'simulated-secret-simulated-secret';
const keys = [toPartnerKey(sharedSecret)];

/** A partner behind `fetch`: one book entry per idempotency key, and the same answer for every retry. */
export class SimulatedPartner {
  readonly book = new Map<string, BookEntry>();
  /** Calls with an invalid signature. */
  unsigned = 0;
  readonly #calls: Calls;
  readonly #plan: PartnerPlan;
  readonly #seed: number;

  constructor(seed: number, calls: Calls, plan: PartnerPlan) {
    this.#seed = seed;
    this.#calls = calls;
    this.#plan = plan;
  }

  fetch(url: string, request: Posted): Promise<Answer> {
    const take = () => this.#take(url, request);
    const { scheduler } = this.#calls;
    const draw = scheduler.current?.draw ?? (() => 0);
    const [slow, hidden] = [draw(), draw()];
    return this.#calls.make<Answer>({
      name: 'POST /orders',
      execute: (answer, { conflict: resets }) => {
        const { outage } = this.#plan;
        const isDown = scheduler.now >= outage.fromMs && scheduler.now < outage.toMs;
        if (resets || isDown) {
          if (hidden < 0.3) take();
          answer(hidden < 0.5 ? noAnswer : noConnection);
        } else if (slow < this.#plan.slow) {
          // The partner finishes after the caller's timeout, so the caller may retry first.
          scheduler.after(attemptMs + slow * 60_000, undefined, take);
          scheduler.after(attemptMs, undefined, () => answer(noAnswer));
        } else answer(take());
      },
      busy: () => unavailable,
      lost: () => noAnswer,
    });
  }

  #take(url: string, { headers, body }: Posted): Answer {
    // Clocks are off by up to an hour, so a signature's age is not checked.
    const [, created] = /;created=(\d+);/.exec(headers['signature-input'] ?? '') ?? [];
    const fault = findSignatureFault({ method: 'POST', targetUri: url, headers, body }, keys, Number(created));
    // Accepted anyway: orders that wait forever would end the run before it is judged.
    if (fault !== undefined) this.unsigned++;
    const [key, { orderId, sku, quantity }] = [headers['idempotency-key'] ?? '', JSON.parse(body) as Order];
    const refuses = seededDraw(this.#seed, `${orderId} ${key}`)() < this.#plan.refusals;
    const entry = this.book.get(key) ?? { orderId, sku, quantity, state: refuses ? 'refused' : 'accepted' };
    this.book.set(key, entry);
    return toAnswer(entry.state === 'accepted' ? 201 : 422, { orderId, state: entry.state });
  }
}
