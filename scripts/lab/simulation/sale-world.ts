import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { type DeadLetter, findFalseReason } from '../../sale/check/dead-letter.ts';
import type { simulateFulfilment } from './fulfilment.ts';
import type { Operator } from './operator/operator.ts';
import type { World } from './platform.ts';
import { orderIn, type Refusals } from './refusals.ts';
import type { Sweeper } from './sweeper.ts';
import type { Calls } from './world/calls.ts';
import type { Report } from './world/outcome.ts';
import type { Queue } from './world/queue.ts';
import type { Stream } from './world/stream.ts';
import type { Witness } from './world/witness.ts';

/** Events and dead letters that left the system during a sale. */
export interface Written {
  readonly bus: OrderEvent[];
  /** `orderId version` of each event on the bus. */
  readonly published: Set<string>;
  /** Dead letters without a queue of their own. */
  readonly buried: DeadLetter[];
}

interface WorldParts {
  readonly calls: Calls;
  readonly witness: Witness;
  readonly refusals: Refusals;
  readonly queue: Queue;
  readonly stream: Stream<unknown>;
  readonly report: Report;
  readonly written: Written;
  readonly sweeper: Sweeper | undefined;
  readonly fulfilment: ReturnType<typeof simulateFulfilment> | undefined;
  readonly operator: Operator | undefined;
  /** Maximum time of attempts at the partner; absent if a wrong clock may end them early. */
  readonly giveUpMs: number | undefined;
}

/** Connects a platform's stores and channels with the rest of the sale. */
export function buildWorld(parts: WorldParts): World {
  const { calls, witness, refusals, queue, stream, sweeper, fulfilment, operator } = parts;
  return {
    calls,
    witness,
    enqueue: (body, sender) => sweeper?.loses(body, sender) || queue.send(body),
    ...(fulfilment && {
      postpone: (body, delayMs, sender) => sweeper?.loses(body, sender) || fulfilment.queue.send(body, delayMs),
    }),
    finished: (process, subject) => refusals.finished(process, subject),
    ...(sweeper && { sent: (body, sender) => sweeper.noteTrace(body, sender) }),
    bury: burial(parts),
    published: publication(parts),
    changed: (item, image) => stream.push(item, image),
    noted: (text) => sweeper?.noted(text),
    ...(operator && { viewed: (row) => operator.viewed(row) }),
  };
}

function burial({ queue, fulfilment, operator, written, report, ...parts }: WorldParts): World['bury'] {
  const { calls, witness, giveUpMs = 0 } = parts;
  return (body, noted, step, envelope = { attributes: { reason: { type: 'String', value: noted } } }) => {
    // Checked here, because a redrive may take the letter away before the end.
    const wrong = findFalseReason({ step, body, noted }, (orderId) => witness.moves.has(orderId));
    if (wrong !== undefined) report('letter', wrong);
    const waitedMs = calls.scheduler.now - (witness.moves.get(orderIn({ body }) ?? '')?.openedMs ?? 0);
    if (noted === 'PARTNER_UNREACHABLE' && waitedMs < giveUpMs)
      report('letter', `${body} was given up after ${waitedMs} ms`);
    if (fulfilment && step === 'fulfilment') fulfilment.queue.bury(body, envelope);
    else if (operator && step === 'settlement') queue.bury(body, envelope);
    else written.buried.push({ step, body, noted });
  };
}

function publication({ sweeper, fulfilment, written }: WorldParts): World['published'] {
  return (event, delayMs) => {
    written.bus.push(event);
    written.published.add(`${event.order.orderId} ${event.order.version}`);
    const isLost = event.type !== 'OrderConfirmed' || sweeper?.loses();
    if (!isLost) fulfilment?.queue.send(JSON.stringify(event), delayMs);
  };
}
