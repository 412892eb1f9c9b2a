import type { OrderState } from '../../../functions/domain/order.ts';
import { isFinal } from './rules.ts';
import type { ClientRecord, Snapshot } from './snapshot.ts';

/** How long an order, its events and its guard are kept after its last transition, and when the stores were read. */
export interface Retention {
  readonly days: number;
  /** After the last read: a row that expired by then may be missing in one table and present in another. */
  readonly atMs: number;
}

/** Epoch seconds after which a row may be deleted that was written by a transition at `at`, rounded up. */
export function expiryOf(at: string, { days }: Pick<Retention, 'days'>): number {
  return Math.ceil(Date.parse(at) / 1_000 + days * 86_400);
}

/** Whether rows written by a transition at `at` are gone. Nothing is, where rows are kept for ever. */
export function isExpired(at: string, retention: Retention | undefined): boolean {
  return retention !== undefined && expiryOf(at, retention) * 1_000 <= retention.atMs;
}

/** Rows that have not expired, whether or not the store has deleted the others. */
export function keptRows<Row extends Readonly<Record<string, unknown>>>(
  rows: readonly Row[],
  retention: Retention | undefined,
): readonly Row[] {
  if (!retention) return rows;
  return rows.filter(({ expiresAt }) => typeof expiresAt !== 'number' || expiresAt * 1_000 > retention.atMs);
}

/** The last that clients and the bus were told about an order. */
export interface Sighting {
  readonly state: OrderState;
  readonly changedAt: string;
}

/** By order id. */
export function gatherSightings({ published = [] }: Snapshot, { accepted, shown = [] }: ClientRecord) {
  const sightings = new Map<string, Sighting>();
  const note = (orderId: string, { state, changedAt }: Sighting) => {
    const known = sightings.get(orderId);
    if (!known || Date.parse(known.changedAt) <= Date.parse(changedAt)) sightings.set(orderId, { state, changedAt });
  };
  for (const { orderId, acceptedAt } of accepted) note(orderId, { state: 'PENDING', changedAt: acceptedAt });
  for (const order of shown) note(order.orderId, order);
  for (const { order } of published) note(order.orderId, order);
  return sightings;
}

/** Whether all rows of an order may be gone. The bus has every event, so its last one tells whether the order ended. */
export function mayBeGone(sighting: Sighting | undefined, { retention, published }: Snapshot): boolean {
  if (!sighting || !isExpired(sighting.changedAt, retention)) return false;
  return published === undefined || isFinal(sighting.state);
}
