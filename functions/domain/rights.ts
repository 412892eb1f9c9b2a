/** A number of units on their way from one site to another; `id` names them for ever. */
export interface Transfer {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

/**
 * What one site may sell of a product without asking another: a unit is at one site, sold, or in one transfer. All of it
 * changes in one conditional write of the site's own store; nobody else's word moves it.
 */
export interface Rights {
  /** Who sells names it: after a confiscation nobody sells by what he knew before. */
  readonly epoch: number;
  readonly left: number;
  readonly sold: number;
  /** Kept, so that a repetition finds them. */
  readonly sent: readonly Transfer[];
  readonly received: readonly string[];
}

export function grantRights(units: number): Rights {
  return { epoch: 1, left: units, sold: 0, sent: [], received: [] };
}

export type Sale = { readonly kind: 'sold'; readonly rights: Rights } | { readonly kind: 'short' | 'closed' };

/** `closed` when `epoch` is not the site's any more: read the rights again. */
export function sell(rights: Rights, quantity: number, epoch: number): Sale {
  if (rights.epoch !== epoch) return { kind: 'closed' };
  if (rights.left < quantity) return { kind: 'short' };
  return { kind: 'sold', rights: { ...rights, left: rights.left - quantity, sold: rights.sold + quantity } };
}

/** Takes the units out, once for an id; the transfer may then be told as often as it takes. */
export function sendRights(rights: Rights, transfer: Transfer): Rights {
  if (rights.sent.some(({ id }) => id === transfer.id) || rights.left < transfer.quantity) return rights;
  return { ...rights, left: rights.left - transfer.quantity, sent: [...rights.sent, transfer] };
}

/** Takes the units in, once for an id. */
export function receiveRights(rights: Rights, transfer: Transfer): Rights {
  if (rights.received.includes(transfer.id)) return rights;
  return { ...rights, left: rights.left + transfer.quantity, received: [...rights.received, transfer.id] };
}

/**
 * Takes all that is left at a site to another one. It happens in the store of the site that loses it, with a new epoch; a
 * site that cannot be reached keeps its units, and they are stranded: to grant them again elsewhere would sell them twice.
 */
export function confiscateRights(rights: Rights, transfer: Omit<Transfer, 'quantity'>): Rights {
  if (rights.sent.some(({ id }) => id === transfer.id)) return rights;
  const closed = { ...rights, epoch: rights.epoch + 1 };
  return sendRights(closed, { ...transfer, quantity: rights.left });
}
