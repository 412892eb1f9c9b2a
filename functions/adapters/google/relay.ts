import type { Firestore } from '@google-cloud/firestore';
import type { OrderEvent } from '../../contracts/order-event.ts';
import { eventRow } from '../../contracts/rows.ts';
import type { OrderLedger } from '../../ports/ledger.ts';
import { queryOf } from './firestore-client.ts';
import { eventPath } from './keys.ts';
import { queries } from './queries.ts';

/** Takes an event over, or throws. */
export type Hand = (event: OrderEvent) => Promise<void>;

/**
 * A ledger that hands each event on right after its commit. When that fails the event only waits: what was committed
 * stays committed, and `relayWaiting` comes by.
 */
export function relayingLedger(
  db: Firestore,
  { ledger, hand, onError }: { ledger: OrderLedger; hand: Hand; onError: (error: unknown) => void },
): OrderLedger {
  return {
    async commit(transition) {
      const outcome = await ledger.commit(transition);
      if (outcome === 'committed') await relay(db, transition.event, hand).catch(onError);
      return outcome;
    },
  };
}

export interface Sweep {
  /** ISO 8601 UTC. Events that are younger are still in the hands of whoever committed them. */
  readonly committedBefore: string;
  readonly limit: number;
}

/**
 * Hands on the events that nobody has handed on yet, at least once each and in no particular order. One that `hand`
 * throws on stays for the next call and holds up no other.
 *
 * @returns how many were handed on
 * @throws {AggregateError} of what `hand` threw
 */
export async function relayWaiting(db: Firestore, hand: Hand, { committedBefore, limit }: Sweep): Promise<number> {
  const { docs } = await queryOf(db, queries.waitingEvents, [true]).limit(limit).get();
  const events = docs.map((document) => eventRow.parse(document.data()));
  const old = events.filter(({ order }) => order.changedAt < committedBefore);
  const results = await Promise.allSettled(old.map((event) => relay(db, event, hand)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${old.length} events still wait`);
  return old.length;
}

async function relay(db: Firestore, event: OrderEvent, hand: Hand): Promise<void> {
  await hand(event);
  await db.doc(eventPath(event.order.orderId, event.order.version)).update({ waiting: false });
}
