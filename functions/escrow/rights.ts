/** A number of units on their way from one site to another; `id` names them for ever. */
export interface Transfer {
  readonly id: string;
  readonly sku: string;
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
  /** Kept, so that they can be told as often as it takes. */
  readonly sent: readonly Transfer[];
}

export const noRights: Rights = { epoch: 1, left: 0, sold: 0, sent: [] };

/** Takes in units that the product got, or that another site sent. */
export function addRights(rights: Rights, quantity: number): Rights {
  return { ...rights, left: rights.left + quantity };
}

/** `closed` when `epoch` is not the site's any more: read the rights again. */
export function sell(rights: Rights, quantity: number, epoch: number): Rights | 'insufficient stock' | 'closed' {
  if (rights.epoch !== epoch) return 'closed';
  if (rights.left < quantity) return 'insufficient stock';
  return { ...rights, left: rights.left - quantity, sold: rights.sold + quantity };
}

/** Takes out what is wanted, or half of what is left if that is more: so a site that sells more asks seldom. */
export function sendRights(rights: Rights, transfer: Omit<Transfer, 'quantity'>, wanted: number): Rights | 'none' {
  const quantity = Math.min(rights.left, Math.max(wanted, Math.ceil(rights.left / 2)));
  if (quantity === 0) return 'none';
  return { ...rights, left: rights.left - quantity, sent: [...rights.sent, { ...transfer, quantity }] };
}

/**
 * Takes all that is left at a site to another one. It happens in the store of the site that loses it, with a new epoch; a
 * site that cannot be reached keeps its units, and they are stranded: to grant them again elsewhere would sell them twice.
 */
export function confiscateRights(rights: Rights, transfer: Omit<Transfer, 'quantity'>): Rights {
  const closed = { ...rights, epoch: rights.epoch + 1 };
  const sent = sendRights(closed, transfer, rights.left);
  return sent === 'none' ? closed : sent;
}
