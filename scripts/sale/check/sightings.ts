import type { OrderState } from '../../../functions/domain/order.ts';
import { isExpired } from './retention.ts';
import { isFinal } from './rules.ts';
import type { ClientRecord, Snapshot } from './snapshot.ts';

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
