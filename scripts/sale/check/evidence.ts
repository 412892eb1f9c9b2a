import type { StoredEvent } from '../../../functions/contracts/order-event.ts';
import { type DeadLetterStep, excusesOrder, orderOfDeadLetter } from './dead-letter.ts';
import { gatherLastStates, isWithoutEvents, type LastState, sumExpiredUnits } from './expired-orders.ts';
import { isExpired, type Retention } from './retention.ts';
import { idOfKey } from './rules.ts';
import { gatherSightings, mayBeGone } from './sightings.ts';
import type { AcceptedRecord, ClientRecord, OrderWish, Snapshot, StoredOrder } from './snapshot.ts';
import type { Sums } from './sums.ts';

/** All rows and events of one order id. */
export interface History {
  readonly orderId: string;
  /** More or fewer than one is a violation. */
  readonly rows: readonly StoredOrder[];
  /** By version. */
  readonly events: readonly StoredEvent[];
  /** The first events are missing, and may have expired. */
  readonly isCut: boolean;
}

/** The snapshot, indexed once, so that each check reads every row a constant number of times. */
export interface Evidence {
  readonly snapshot: Snapshot;
  readonly clients: ClientRecord;
  readonly histories: ReadonlyMap<string, History>;
  /** Each order id in a 202, with the first such answer. */
  readonly accepted: ReadonlyMap<string, AcceptedRecord>;
  /** Posted orders, answered or not, by the order id that their key gives. */
  readonly requested: ReadonlyMap<string, readonly OrderWish[]>;
  /** Order ids of the dead letters whose reason is not false, by step. */
  readonly dead: Readonly<Record<DeadLetterStep, ReadonlySet<string>>>;
  /** By order id. */
  readonly last: ReadonlyMap<string, LastState>;
  /** Units that expired orders own, by product. */
  readonly expiredUnits: Pick<Sums, 'of'>;
  /** Whether an order without any row may have expired. */
  readonly isGone: (orderId: string) => boolean;
}

export function gatherEvidence(snapshot: Snapshot, clients: ClientRecord): Evidence {
  const accepted = new Map<string, AcceptedRecord>();
  for (const answer of clients.accepted) if (!accepted.has(answer.orderId)) accepted.set(answer.orderId, answer);
  const histories = gatherHistories(snapshot);
  const last = gatherLastStates(histories, snapshot);
  const sightings = snapshot.retention ? gatherSightings(snapshot, clients) : undefined;
  return {
    ...{ snapshot, clients, accepted, histories, last },
    expiredUnits: sumExpiredUnits(snapshot, last),
    isGone: (orderId) => !histories.has(orderId) && mayBeGone(sightings?.get(orderId), snapshot),
    requested: Map.groupBy(clients.requested ?? [], ({ customer, key }) => idOfKey(customer, key)),
    dead: gatherDead(snapshot),
  };
}

function gatherHistories({ orders, events, retention }: Snapshot): ReadonlyMap<string, History> {
  const histories = new Map<string, { orderId: string; rows: StoredOrder[]; events: StoredEvent[]; isCut: boolean }>();
  const historyOf = (orderId: string) => {
    const known = histories.get(orderId);
    if (known) return known;
    const fresh = { orderId, rows: [], events: [], isCut: false };
    histories.set(orderId, fresh);
    return fresh;
  };
  for (const order of orders) historyOf(order.orderId).rows.push(order);
  for (const event of events) historyOf(event.order.orderId).events.push(event);
  for (const history of histories.values()) {
    history.events.sort((a, b) => a.order.version - b.order.version);
    history.isCut = isCut(history, retention);
  }
  return histories;
}

function isCut({ rows: [order], events: [first] }: Omit<History, 'isCut'>, retention: Retention | undefined): boolean {
  if (!order || !isExpired(order.acceptedAt, retention)) return false;
  return first ? first.order.version > 2 : isWithoutEvents(order, retention);
}

function gatherDead({ deadLetters }: Snapshot): Evidence['dead'] {
  const dead = { settlement: new Set<string>(), projection: new Set<string>(), fulfilment: new Set<string>() };
  for (const letter of deadLetters) {
    const orderId = orderOfDeadLetter(letter);
    if (orderId !== undefined && excusesOrder(letter)) dead[letter.step].add(orderId);
  }
  return dead;
}

/** Whether the message that would move the order on is in the dead-letter queue of its next step. */
export function isStopped({ orderId, state }: Pick<StoredOrder, 'orderId' | 'state'>, { dead }: Evidence): boolean {
  if (state === 'PENDING') return dead.settlement.has(orderId);
  // The event that starts the fulfilment passes the projection.
  if (state === 'CONFIRMED') return dead.fulfilment.has(orderId) || dead.projection.has(orderId);
  return state === 'FULFILLING' && dead.fulfilment.has(orderId);
}

export function wasHandedOver(history: History | undefined): boolean {
  if (!history) return false;
  const [order] = history.rows;
  // The event has expired, but only orders that were handed over reach a fourth version.
  if (order && history.isCut && (order.version > 3 || order.state === 'FULFILLING')) return true;
  return history.events.some(({ order }) => order.state === 'FULFILLING');
}
