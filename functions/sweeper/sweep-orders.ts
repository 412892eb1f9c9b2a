import { type SweepProgress, sweepProgress } from '../contracts/sweep-progress.ts';
import { isSweepDue, openBuckets } from '../domain/open-order.ts';
import { isOpen, type Order } from '../domain/order.ts';
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
  /** A new trace, as a traceparent. */
  readonly beginTrace: () => string;
  readonly onSwept: (order: Order, traceparent: string) => void;
  readonly onUnreadable: (orderId: string, error: unknown) => void;
  /** How long an order may stand still before it is asked for again. */
  readonly stuckMs: number;
  /** How long a confirmed order stands still on purpose. */
  readonly cancellableMs: number;
}

const progressKey = 'sweeper';
const pageSize = 100;
const concurrency = 10;

/**
 * Asks once more for what nobody finished, one page of open orders a step: a message that says which order to settle, or
 * to fulfil. The queues' consumers do the work, and find nothing to do in what was finished meanwhile; so a message too
 * many harms nothing, and only the progress is written with the fence.
 *
 * @returns false when the sweep is done, or somebody else goes on with it
 */
export async function sweepStep(lease: Lease, ports: SweepPorts): Promise<boolean> {
  const sweep = underWay(await ports.notes.read(progressKey), ports.clock);
  // Another clock is ahead of this one: these orders were swept.
  if (!sweep) return false;
  // To the millisecond: what is due at the end of this sweep is not due in the next.
  const before = new Date(sweep.toMs - ports.stuckMs + 1).toISOString();
  const page = await ports.open.list(sweep.bucket, before, pageSize, sweep.after);
  await askForAll(page.orders, sweep, ports);
  // Not before the messages are sent: whoever goes on after a crash sends them again.
  const next = following(sweep, page.next);
  const isLast = await ports.notes.write(progressKey, JSON.stringify(next), lease);
  return isLast && !isDone(next);
}

function underWay(note: string | undefined, clock: Clock): SweepProgress | undefined {
  const last = note === undefined ? undefined : sweepProgress.parse(JSON.parse(note));
  if (last && !isDone(last)) return last;
  const [fromMs, toMs] = [last?.toMs ?? 0, Date.parse(clock.now())];
  return fromMs < toMs ? { v: 1, fromMs, toMs, bucket: 0 } : undefined;
}

function following({ v, fromMs, toMs, bucket }: SweepProgress, after: OrderPosition | undefined): SweepProgress {
  return after ? { v, fromMs, toMs, bucket, after } : { v, fromMs, toMs, bucket: bucket + 1 };
}

function isDone({ bucket }: SweepProgress): boolean {
  return bucket === openBuckets;
}

/** @throws {AggregateError} when a queue did not take a message: the page comes again */
async function askForAll(positions: readonly OrderPosition[], sweep: SweepProgress, ports: SweepPorts): Promise<void> {
  const rest = positions.values();
  const failures: unknown[] = [];
  async function askOneByOne(): Promise<void> {
    for (const { orderId } of rest) {
      const order = await findReadable(orderId, ports);
      if (order && isDue(order, sweep, ports)) await ask(order, ports).catch((error) => failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: concurrency }, askOneByOne));
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} messages were not sent; the first: ${failures[0]}`);
}

/** A row that cannot be read holds up no other order: it has its turn again. */
async function findReadable(orderId: string, { orders, onUnreadable }: SweepPorts): Promise<Order | undefined> {
  try {
    return await orders.find(orderId);
  } catch (error) {
    onUnreadable(orderId, error);
    return undefined;
  }
}

function isDue(order: Order, sweep: SweepProgress, { stuckMs, cancellableMs }: SweepPorts): boolean {
  const onPurposeMs = order.state === 'CONFIRMED' ? cancellableMs : 0;
  return isOpen(order) && isSweepDue(Date.parse(order.changedAt) + onPurposeMs, stuckMs, sweep);
}

async function ask(order: Order, ports: SweepPorts): Promise<void> {
  const { orderId } = order;
  const traceparent = ports.beginTrace();
  if (order.state === 'PENDING') await ports.queue.send({ v: 1, orderId, traceparent });
  else await ports.fulfilments.send({ v: 1, traceparent, order: { orderId } }, 0);
  ports.meter.count('OrdersSwept');
  ports.onSwept(order, traceparent);
}
