import { UnreadableRowError } from '../contracts/readable-rows.ts';
import { parseProgressNote, type SweepProgress } from '../contracts/sweep-progress.ts';
import { findTurn, isSweepDue, openBuckets, type Span, skipToTurn } from '../domain/open-order.ts';
import { isOpen, type Order } from '../domain/order.ts';
import { allOf } from '../lib/all-of.ts';
import type { FencedNotes, Lease } from '../ports/lease.ts';
import type { OrderQueue } from '../ports/messaging.ts';
import type { OpenOrders } from '../ports/open-orders.ts';
import type { OrderPosition, OrderStore } from '../ports/orders.ts';
import type { FulfilmentQueue } from '../ports/partner.ts';
import type { Clock, Meter } from '../ports/runtime.ts';

export interface SweepPorts {
  readonly open: OpenOrders;
  readonly orders: Pick<OrderStore, 'find'>;
  readonly queue: OrderQueue;
  readonly fulfilments: FulfilmentQueue;
  readonly notes: FencedNotes;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Continues an order's trace with a new span, or starts one for an order of an earlier version. */
  readonly continueTrace: (traceparent: string | undefined) => string;
  readonly onSwept: (order: Order, traceparent: string) => void;
  /** How long an order may make no progress before it is re-enqueued. */
  readonly stuckMs: number;
  /** How long a confirmed order deliberately waits, so that its customer may cancel. */
  readonly cancellableMs: number;
}

const progressKey = 'sweeper';
const pageSize = 100;
const concurrency = 10;
/** Comes before every other id; no order has it. */
const lowestOrderId = '00000000-0000-5000-8000-000000000000';

/**
 * Re-enqueues stuck orders for settlement or fulfilment, one page of open orders per step. It reads only those that have
 * a turn in this sweep, and skips the others when the page ends among them. Consumers ignore orders that were finished
 * meanwhile, so an extra message is harmless; only the progress is written with the fencing token.
 *
 * @returns false when the sweep is done, or another worker has taken over
 */
export async function sweepStep(lease: Lease, ports: SweepPorts): Promise<boolean> {
  const sweep = resumeOrStart(await ports.notes.read(progressKey), ports.clock);
  // The last sweep's clock was ahead of this one, so these orders were swept.
  if (!sweep) return false;
  // The bound is exclusive. An order due exactly at the end of this sweep is not due in the next.
  const before = new Date(sweep.toMs - ports.stuckMs + 1).toISOString();
  const page = await ports.open.list(sweep.bucket, before, pageSize, sweep.after);
  await enqueueDue(page.orders, sweep, ports);
  // Only after the messages are sent: after a crash the next worker sends them again.
  const next = advance(sweep, page.next && skipOthers(page.next, sweep, ports));
  const isHolder = await ports.notes.write(progressKey, JSON.stringify(next), lease);
  return isHolder && !isDone(next);
}

function resumeOrStart(note: string | undefined, clock: Clock): SweepProgress | undefined {
  const last = note === undefined ? undefined : parseProgressNote(note);
  if (last && !isDone(last)) return last;
  const [fromMs, toMs] = [last?.toMs ?? 0, Date.parse(clock.now())];
  return fromMs < toMs ? { v: 1, fromMs, toMs, bucket: 0 } : undefined;
}

function advance({ v, fromMs, toMs, bucket }: SweepProgress, after: OrderPosition | undefined): SweepProgress {
  return after ? { v, fromMs, toMs, bucket, after } : { v, fromMs, toMs, bucket: bucket + 1 };
}

/** Any position is a valid start: the order at the end of a page may become final before the next page. */
function skipOthers(after: OrderPosition, sweep: SweepProgress, { stuckMs }: SweepPorts): OrderPosition {
  const acceptedMs = Date.parse(after.acceptedAt);
  const skippedMs = skipToTurn(acceptedMs, stuckMs, sweep);
  return skippedMs > acceptedMs ? { acceptedAt: new Date(skippedMs).toISOString(), orderId: lowestOrderId } : after;
}

function isDone({ bucket }: SweepProgress): boolean {
  return bucket === openBuckets;
}

/** @throws {AggregateError} when an order could not be read, or a message not sent; the page is then repeated */
async function enqueueDue(positions: readonly OrderPosition[], sweep: SweepProgress, ports: SweepPorts): Promise<void> {
  const rest = positions.values();
  const failures: unknown[] = [];
  async function worker(): Promise<void> {
    for (const { orderId, acceptedAt } of rest) {
      const turn = findTurn(Date.parse(acceptedAt), ports.stuckMs, sweep);
      const order = turn && (await findReadable(orderId, ports));
      if (order && isDue(order, turn, ports)) await enqueue(order, ports).catch((error) => failures.push(error));
    }
  }
  // A worker whose read failed stops: when the store is unavailable, each worker fails only once.
  await Promise.all(Array.from({ length: concurrency }, () => worker().catch((error) => failures.push(error))));
  if (failures.length > 0)
    throw allOf(failures, `${failures.length} orders were not re-enqueued; first error: ${failures[0]}`);
}

/** An unreadable row, which its reader has reported, must not block other orders; a later sweep tries it again. */
async function findReadable(orderId: string, { orders }: SweepPorts): Promise<Order | undefined> {
  try {
    return await orders.find(orderId);
  } catch (error) {
    if (error instanceof UnreadableRowError) return undefined;
    throw error;
  }
}

function isDue(order: Order, turn: Span, { stuckMs, cancellableMs }: SweepPorts): boolean {
  const intendedWaitMs = order.state === 'CONFIRMED' ? cancellableMs : 0;
  return isOpen(order) && isSweepDue(Date.parse(order.changedAt) + intendedWaitMs, stuckMs, turn);
}

async function enqueue(order: Order, ports: SweepPorts): Promise<void> {
  const { orderId } = order;
  const traceparent = ports.continueTrace(order.traceparent);
  if (order.state === 'PENDING') await ports.queue.send({ v: 1, orderId, traceparent });
  else await ports.fulfilments.send({ v: 1, traceparent, order: { orderId } }, 0);
  ports.meter.count('OrdersSwept');
  ports.onSwept(order, traceparent);
}
