import { v5 as nameBasedUuid } from 'uuid';
import type { HttpResult } from '../contracts/http-event.ts';
import { placeOrder } from '../domain/order.ts';
import { rehearsalCustomer, rehearsalSku } from '../domain/rehearsal.ts';
import type { OrderStore } from '../ports/orders.ts';
import type { Candidate, Functions, StreamImages } from '../ports/releases.ts';
import type { Clock } from '../ports/runtime.ts';
import { toHttpEvent, toQueueEvent, toStreamEvent } from './lambda-events.ts';
import { shop } from './shop.ts';

export interface RehearsalPorts {
  readonly functions: Functions;
  readonly orders: Pick<OrderStore, 'create'>;
  readonly images: StreamImages;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** The alias that customers' calls go through. */
  readonly alias: string;
  readonly originSecret: string | undefined;
  /** Milliseconds in which the queue's worker must settle an order. */
  readonly patienceMs: number;
}

/** A fixed trace, which no customer's order has. */
const traceparent = '00-7265686561727361000000000000000a-7265686561727361-01';
const namespace = '0d2b0f0e-3c52-4a55-9a1f-5d6a3f1f8f10';
const pollMs = 500;

/**
 * Sends an order for the hidden product through a new version before it gets calls, and waits until it is decided. Live
 * versions do all other steps. The order is cancelled: its unit returns, and it never reaches the partner.
 *
 * @param run names the attempt; another name places another order
 * @throws {Error} naming what the version did wrong
 */
export async function rehearse(candidate: Candidate, run: string, ports: RehearsalPorts): Promise<void> {
  const { service } = candidate;
  const call = callerOf(candidate, ports);
  const { prepare, place, cancel, readState, ...pages } = shop(async (api, request) => {
    const event = toHttpEvent(request, ports.originSecret, Date.parse(ports.clock.now()));
    return (await call(api, event)) as HttpResult;
  });
  await prepare();
  const orderId = service === 'settlement' ? await placeAside(run, ports) : await place(run);
  try {
    if (service === 'settlement')
      await expectDone(call(service, toQueueEvent({ v: 1, orderId, traceparent })), service);
    await waitUntilConfirmed(() => readState(orderId), ports);
    // A second delivery: streams and queues deliver twice, and a version must tolerate it.
    if (readEvents.includes(service))
      await expectDone(call(service, toStreamEvent(await ports.images.findEvent(orderId, 2))), service);
  } catch (error) {
    // The first error says what is wrong. If this fails, fulfilment cancels the order.
    await cancel(orderId).catch(() => undefined);
    throw error;
  }
  await cancel(orderId);
  await tryOthers(service, orderId, { call, ...pages, images: ports.images });
  const state = await readState(orderId);
  if (state !== 'CANCELLED') throw new Error(`${service}: the cancelled order is ${state}, must stay CANCELLED`);
}

type Call = (service: string, event: unknown) => Promise<unknown>;

const callerOf =
  ({ service, version }: Candidate, { functions, alias }: RehearsalPorts): Call =>
  (called, event) =>
    functions.call(called, called === service ? version : alias, event);

/** Stores the order without a message in the queue, which the live version would receive. */
async function placeAside(run: string, { orders, clock }: RehearsalPorts): Promise<string> {
  const orderId = nameBasedUuid(run, namespace);
  const details = { sku: rehearsalSku, quantity: 1, unitPrice: 0, currency: 'EUR', shardCount: 1 } as const;
  const order = placeOrder({ orderId, customer: rehearsalCustomer, ...details }, clock.now());
  await orders.create({ order, requestHash: run });
  return orderId;
}

async function waitUntilConfirmed(readState: () => Promise<string>, { sleep, patienceMs }: RehearsalPorts) {
  for (let waited = 0; ; waited += pollMs) {
    const state = await readState();
    if (state === 'CONFIRMED') return;
    if (state !== 'PENDING') throw new Error(`the order is ${state}, must become CONFIRMED`);
    if (waited >= patienceMs) throw new Error(`the order is still PENDING after ${patienceMs} ms`);
    await sleep(pollMs);
  }
}

interface Others {
  readonly call: Call;
  readonly browse: () => Promise<void>;
  readonly expectHidden: (service: string) => Promise<void>;
  readonly images: StreamImages;
}

/** Readers of the orders' stream. */
const readEvents: readonly string[] = ['projection'];
/** Workers of a queue whose messages name an order. */
const readOrders: readonly string[] = ['fulfilment'];
const timers: readonly string[] = ['sweeper'];

/** Sends calls to a version that the order has not passed through. */
async function tryOthers(service: string, orderId: string, others: Others): Promise<void> {
  const { call, browse, expectHidden, images } = others;
  if (service === 'catalog') await browse();
  await expectHidden(service);
  if (readOrders.includes(service))
    await expectDone(call(service, toQueueEvent({ v: 1, traceparent, order: { orderId } })), service);
  if (timers.includes(service)) await call(service, {});
  if (service === 'invalidation') await call(service, toStreamEvent(await images.findProduct(rehearsalSku)));
}

/** Fails if the worker reports a record that it could not process. */
async function expectDone(called: Promise<unknown>, service: string): Promise<void> {
  const answer = (await called) as { batchItemFailures?: readonly unknown[] } | null;
  const failures = answer?.batchItemFailures;
  if (!Array.isArray(failures) || failures.length > 0)
    throw new Error(`${service}: answered ${JSON.stringify(answer)}, must report no failed record`);
}
