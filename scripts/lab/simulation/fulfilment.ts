import type { Envelope } from '../../../functions/ports/messaging.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { partnerUrl, SimulatedPartner } from './partner.ts';
import type { PartnerPlan } from './plan.ts';
import type { Consume } from './services.ts';
import type { Calls } from './world/calls.ts';
import { type Message, Queue } from './world/queue.ts';
import { serve } from './world/web.ts';

const queueRules = { work: 'fulfil', hideMs: 30_000, maxReceives: 5, batch: 8, windowMs: 50, twice: 0.1, forget: 0.03 };

export interface FulfilmentParts {
  readonly seed: number;
  readonly plan: PartnerPlan;
  readonly calls: Calls;
  readonly fulfil: Consume<Message>;
  readonly counts: ReadonlyMap<Counter, number>;
  /** Attributes and headers of each message. */
  readonly envelope: Envelope | undefined;
}

/** The fulfilment function with its queue, and a partner behind `fetch`. */
export function simulateFulfilment({ seed, plan, calls, fulfil, counts, envelope }: FulfilmentParts) {
  const partner = new SimulatedPartner(seed, calls, plan);
  serve(partnerUrl, (...request) => partner.fetch(...request));
  return {
    queue: new Queue(calls.scheduler, { ...queueRules, envelope }, fulfil),
    book: () => ({ book: [...partner.book.values()], unsigned: partner.unsigned }),
    counted: () => Object.fromEntries(counts),
  };
}
