import type { Firestore } from '@google-cloud/firestore';
import { aboutMessage } from '../../contracts/about-message.ts';
import type { OrderEvent } from '../../contracts/order-event.ts';
import { eventRow } from '../../contracts/rows.ts';
import { allOf } from '../../lib/all-of.ts';
import type { OrderLedger } from '../../ports/ledger.ts';
import { buildQuery, readReadable } from './firestore-client.ts';
import { eventPath } from './keys.ts';
import { queries } from './queries.ts';

/** Hands an event over, or throws. */
export type Hand = (event: OrderEvent) => Promise<void>;

/**
 * A ledger that hands each event over right after its commit. If that fails, the commit remains and `relayWaiting`
 * hands the event over later.
 */
export function relayingLedger(
  db: Firestore,
  { ledger, hand, onError }: { ledger: OrderLedger; hand: Hand; onError: (error: unknown, about: object) => void },
): OrderLedger {
  return {
    async commit(transition) {
      const outcome = await ledger.commit(transition);
      if (outcome !== 'committed') return outcome;
      const { event } = transition;
      await relay(db, event, hand).catch((error) => onError(error, aboutMessage(JSON.stringify(event))));
      return outcome;
    },
  };
}

export interface Sweep {
  /** ISO 8601 UTC. Younger events may still be handed over by their writers. */
  readonly committedBefore: string;
  readonly limit: number;
}

/**
 * Hands over the waiting events, at least once each and in no particular order. An event that `hand` rejects stays for
 * the next call and does not block the others.
 *
 * @returns how many were handed over
 * @throws {AggregateError} with the errors of `hand`
 */
export async function relayWaiting(db: Firestore, hand: Hand, { committedBefore, limit }: Sweep): Promise<number> {
  const waiting = await readReadable(buildQuery(db, queries.waitingEvents, [true]), eventRow, limit);
  const old = waiting.map(({ value }) => value).filter(({ order }) => order.changedAt < committedBefore);
  const results = await Promise.allSettled(old.map((event) => relay(db, event, hand)));
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw allOf(errors, `${errors.length} of ${old.length} waiting events were not handed over`);
  return old.length;
}

async function relay(db: Firestore, event: OrderEvent, hand: Hand): Promise<void> {
  await hand(event);
  await db.doc(eventPath(event.order.orderId, event.order.version)).update({ waiting: false });
}
