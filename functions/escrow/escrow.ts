import type { Meter, Pause } from '../ports/runtime.ts';
import { retryConflicts } from '../resilience/retry.ts';
import type { OtherSites, RightsStore, TopUp } from './ports.ts';
import { addRights, confiscateRights, noRights, type Rights, sell, sendRights, type Transfer } from './rights.ts';

/** One site's. */
export interface RightsPorts {
  readonly rights: RightsStore;
  readonly meter: Meter;
  readonly pause: Pause;
}

export interface SitePorts extends RightsPorts {
  readonly site: string;
  readonly others: OtherSites;
}

export interface SiteSale {
  readonly sku: string;
  readonly orderId: string;
  readonly quantity: number;
  /** Of the rights as the seller read them. */
  readonly epoch: number;
}

/** What a site gets of a supply. A key counts once. @throws {RetryLater} as all of these, when nothing was decided */
export async function grantUnits(
  grant: { sku: string; key: string; units: number },
  ports: RightsPorts,
): Promise<void> {
  await change(grant.sku, `granted-${grant.key}`, ports, (rights) => addRights(rights, grant.units));
}

/** Sells by the site's own rights; an order is sold once, however often it is tried. */
export function sellUnits(
  { sku, orderId, quantity, epoch }: SiteSale,
  ports: RightsPorts,
): Promise<'made' | 'insufficient stock' | 'closed'> {
  return change(sku, `sold-${orderId}`, ports, (rights) => sell(rights, quantity, epoch));
}

/** Sells, with what the other sites can spare if there is too little here; who does not answer is gone without. */
export async function sellOrBorrow(
  sale: SiteSale,
  ports: SitePorts,
): Promise<'made' | 'insufficient stock' | 'closed'> {
  const outcome = await sellUnits(sale, ports);
  if (outcome !== 'insufficient stock') return outcome;
  const { sku, orderId, quantity: wanted } = sale;
  const { site: to, others } = ports;
  const asked = others.names.map((from) => others.ask({ id: `${orderId}-${from}`, sku, from, to, wanted }));
  for (const answer of await Promise.allSettled(asked)) {
    if (answer.status === 'fulfilled' && answer.value) await takeUnits(answer.value, ports);
  }
  return sellUnits(sale, ports);
}

/** Answers another site that asks: in the store of the site that loses the units, and for one request once. */
export async function sendUnits(request: TopUp, ports: RightsPorts): Promise<Transfer | undefined> {
  const { wanted, ...transfer } = request;
  await change(request.sku, sentName(request.id), ports, (rights) => sendRights(rights, transfer, wanted));
  return sentTransfer(request, ports);
}

/** Takes in what another site sent; a transfer arrives once, however often it is told. */
export async function takeUnits({ id, sku, quantity }: Transfer, ports: RightsPorts): Promise<void> {
  await change(sku, `received-${id}`, ports, (rights) => addRights(rights, quantity));
}

/** Takes all units away from the site whose ports these are, and closes its epoch. */
export async function confiscateUnits(
  transfer: Omit<Transfer, 'quantity'>,
  ports: RightsPorts,
): Promise<Transfer | undefined> {
  await change(transfer.sku, sentName(transfer.id), ports, (rights) => confiscateRights(rights, transfer));
  return sentTransfer(transfer, ports);
}

/** Tells all that was ever sent: what has arrived already changes nothing. @returns units of which nobody said so */
export async function tellTransfers(sku: string, { rights, others }: SitePorts): Promise<number> {
  const sent = (await rights.find(sku))?.rights.sent ?? [];
  const told = await Promise.allSettled(sent.map((transfer) => others.tell(transfer)));
  return sent.reduce((units, { quantity }, index) => units + (told[index]?.status === 'rejected' ? quantity : 0), 0);
}

/**
 * Sends what a site has left of a sale that is over to the site where stock belongs, and tells all that was sent. Again
 * and again, by a timer: units that were under way come late, and an order that came late may ask for more. What is left in an
 * epoch has one name, so two at a time send it once; whoever sells by that epoch is refused from then on.
 *
 * @returns how many units are under way, as far as this site knows
 */
export async function reclaim({ sku, home }: { sku: string; home: string }, ports: SitePorts): Promise<number> {
  const { site, rights: store } = ports;
  const { epoch, left } = (await store.find(sku))?.rights ?? noRights;
  if (site !== home && left > 0) {
    await confiscateUnits({ id: `${site}-after-${epoch}`, sku, from: site, to: home }, ports);
  }
  return tellTransfers(sku, ports);
}

const sentName = (id: string) => `sent-${id}`;

async function sentTransfer({ sku, id }: { sku: string; id: string }, ports: RightsPorts) {
  return (await ports.rights.find(sku))?.rights.sent.find((transfer) => transfer.id === id);
}

/** Makes one change of a site's rights under a name, once however often it is asked for, unless it is refused. */
function change<Refused extends string>(
  sku: string,
  name: string,
  ports: RightsPorts,
  decide: (rights: Rights) => Rights | Refused,
): Promise<'made' | Refused> {
  return retryConflicts(async () => {
    const before = await ports.rights.find(sku);
    if (await ports.rights.wasMade(sku, name)) return 'made';
    const after = decide(before?.rights ?? noRights);
    if (typeof after === 'string') return after;
    return (await ports.rights.make(sku, name, before, after)) ? 'made' : 'conflict';
  }, ports);
}
