import type { OrderEvent } from '../../../functions/contracts/order-event.ts';
import { type DeadLetterStep, excusesOrder, orderOfDeadLetter } from './dead-letter.ts';
import { idOfKey } from './rules.ts';
import type { AcceptedRecord, ClientRecord, OrderWish, Snapshot, StoredOrder } from './snapshot.ts';

/** All rows and events of one order id. */
export interface History {
  readonly orderId: string;
  /** More or fewer than one is a violation. */
  readonly rows: readonly StoredOrder[];
  /** By version. */
  readonly events: readonly OrderEvent[];
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
}

export function gatherEvidence(snapshot: Snapshot, clients: ClientRecord): Evidence {
  const accepted = new Map<string, AcceptedRecord>();
  for (const answer of clients.accepted) if (!accepted.has(answer.orderId)) accepted.set(answer.orderId, answer);
  return {
    snapshot,
    clients,
    accepted,
    histories: gatherHistories(snapshot),
    requested: Map.groupBy(clients.requested ?? [], ({ customer, key }) => idOfKey(customer, key)),
    dead: gatherDead(snapshot),
  };
}

function gatherHistories({ orders, events }: Snapshot): ReadonlyMap<string, History> {
  const histories = new Map<string, { orderId: string; rows: StoredOrder[]; events: OrderEvent[] }>();
  const historyOf = (orderId: string) => {
    const known = histories.get(orderId);
    if (known) return known;
    const fresh = { orderId, rows: [], events: [] };
    histories.set(orderId, fresh);
    return fresh;
  };
  for (const order of orders) historyOf(order.orderId).rows.push(order);
  for (const event of events) historyOf(event.order.orderId).events.push(event);
  for (const history of histories.values()) history.events.sort((a, b) => a.order.version - b.order.version);
  return histories;
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
  return history?.events.some(({ order }) => order.state === 'FULFILLING') ?? false;
}
