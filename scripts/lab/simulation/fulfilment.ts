import { breakerStore } from '../../../functions/adapters/aws/breaker.ts';
import { fulfilmentQueue } from '../../../functions/adapters/aws/messaging.ts';
import { partnerOverHttp } from '../../../functions/adapters/http/partner.ts';
import { fulfilMessage } from '../../../functions/fulfilment/messages.ts';
import { partnerGate } from '../../../functions/fulfilment/policies.ts';
import type { Counter } from '../../../functions/ports/runtime.ts';
import { processBatch } from '../../../functions/runtime/batch.ts';
import type { RuntimePorts } from './clients.ts';
import { SimulatedPartner } from './partner.ts';
import type { PartnerPlan, Plan } from './plan.ts';
import type { Platform } from './platform.ts';
import { batchRules } from './workers.ts';
import type { Calls } from './world/calls.ts';
import { type Message, Queue } from './world/queue.ts';

const queueRules = { work: 'fulfil', hideMs: 30_000, maxReceives: 5, batch: 8, twice: 0.1, forget: 0.03 };

/** The AWS fulfilment function, composed as in its entry, with its queue and a partner. */
export function simulateFulfilment(
  { seed, partner: plan }: Plan & { readonly partner: PartnerPlan },
  calls: Calls,
  runtime: RuntimePorts,
  platform: () => Platform,
) {
  const { scheduler } = calls;
  const partner = new SimulatedPartner(seed, calls, plan);
  const counts = new Map<Counter, number>();
  const random = () => scheduler.current?.draw() ?? 0;
  const parts = { ...runtime, random, meter: { count: (name: Counter) => count(counts, name) } };
  const url = 'https://partner.invalid';
  // No timeouts or retries here: the simulated partner times out, and the queue retries.
  const overHttp = partnerOverHttp(url, (call) => call(new AbortController().signal));
  globalThis.fetch = ((...request: Parameters<typeof partner.fetch>) => partner.fetch(...request)) as never;

  /** State kept between an environment's invocations; a dead environment is not reused. */
  const makeGate = () => partnerGate({ store: breakerStore('coordination'), openMs: plan.openMs, ...parts });
  const idle: ReturnType<typeof makeGate>[] = [];

  async function fulfilBatch(messages: readonly Message[]): Promise<ReadonlySet<string>> {
    const { ports } = platform();
    const gate = idle.pop() ?? makeGate();
    const all = {
      ...ports,
      ...parts,
      ...{ gate, partner: overHttp, queue: fulfilmentQueue('fulfilment-requests'), deadLetters: ports.dead },
      ...{ cancellableMs: plan.cancellableMs, giveUpMs: plan.giveUpMs },
    };
    const idOf = ({ id }: Message) => id;
    const work = ({ id, body }: Message) => fulfilMessage({ messageId: id, body }, all);
    const failed = await processBatch(messages, { ...batchRules, idOf, groupOf: idOf, work });
    idle.push(gate);
    return failed;
  }

  return {
    queue: new Queue(scheduler, queueRules, fulfilBatch),
    book: () => [...partner.book.values()],
    counted: () => Object.fromEntries(counts),
  };
}

function count(counts: Map<Counter, number>, name: Counter): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
