/** Units sent from one site to another; `id` identifies them forever. */
export interface Transfer {
  readonly id: string;
  readonly sku: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

/**
 * Units that one site may sell of a product without asking others. A unit is at one site, sold, or in one transfer.
 * Rights change only by a conditional write to the site's own store.
 */
export interface Rights {
  /** A sale must name the current epoch; after a confiscation older epochs are rejected. */
  readonly epoch: number;
  readonly left: number;
  readonly sold: number;
  /** Kept so that transfers can be announced until acknowledged. */
  readonly sent: readonly Transfer[];
}

export const noRights: Rights = { epoch: 1, left: 0, sold: 0, sent: [] };

/** Adds units from a supply or from another site. */
export function addRights(rights: Rights, quantity: number): Rights {
  return { ...rights, left: rights.left + quantity };
}

/** Returns `closed` when `epoch` is outdated: read the rights again. */
export function sell(rights: Rights, quantity: number, epoch: number): Rights | 'insufficient stock' | 'closed' {
  if (rights.epoch !== epoch) return 'closed';
  if (rights.left < quantity) return 'insufficient stock';
  return { ...rights, left: rights.left - quantity, sold: rights.sold + quantity };
}

/**
 * Sends the wanted quantity, or half of the remainder if that is more: a site that sells faster then asks less often.
 */
export function sendRights(rights: Rights, transfer: Omit<Transfer, 'quantity'>, wanted: number): Rights | 'none' {
  const quantity = Math.min(rights.left, Math.max(wanted, Math.ceil(rights.left / 2)));
  if (quantity === 0) return 'none';
  return { ...rights, left: rights.left - quantity, sent: [...rights.sent, { ...transfer, quantity }] };
}

/**
 * Moves all remaining units to another site and starts a new epoch. This needs a write to the losing site's store, so an
 * unreachable site keeps its units, stranded: granting them elsewhere would sell them twice.
 */
export function confiscateRights(rights: Rights, transfer: Omit<Transfer, 'quantity'>): Rights {
  const closed = { ...rights, epoch: rights.epoch + 1 };
  const sent = sendRights(closed, transfer, rights.left);
  return sent === 'none' ? closed : sent;
}
