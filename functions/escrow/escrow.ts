import type { Meter, Pause } from '../ports/runtime.ts';
import { retryConflicts } from '../resilience/retry.ts';
import type { OtherSites, RightsStore, TopUp } from './ports.ts';
import { addRights, confiscateRights, noRights, type Rights, sell, sendRights, type Transfer } from './rights.ts';

/** Ports of one site. */
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
  /** Epoch of the rights that the seller read. */
  readonly epoch: number;
}

/** Adds supplied units to a site, once per key. @throws {RetryLater} like all functions here, when undecided */
export async function grantUnits(
  grant: { sku: string; key: string; units: number },
  ports: RightsPorts,
): Promise<void> {
  await change(grant.sku, `granted-${grant.key}`, ports, (rights) => addRights(rights, grant.units));
}

/** Sells from the site's own rights, once per order. */
export function sellUnits(
  { sku, orderId, quantity, epoch }: SiteSale,
  ports: RightsPorts,
): Promise<'made' | 'insufficient stock' | 'closed'> {
  return change(sku, `sold-${orderId}`, ports, (rights) => sell(rights, quantity, epoch));
}

/** Sells, borrowing from other sites when local stock is insufficient. Sites that do not answer are skipped. */
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

/** Answers another site's request, once per request. Writes to the store of the site that gives up the units. */
export async function sendUnits(request: TopUp, ports: RightsPorts): Promise<Transfer | undefined> {
  const { wanted, ...transfer } = request;
  await change(request.sku, sentName(request.id), ports, (rights) => sendRights(rights, transfer, wanted));
  return findSentTransfer(request, ports);
}

/** Receives units from another site, once per transfer. */
export async function takeUnits({ id, sku, quantity }: Transfer, ports: RightsPorts): Promise<void> {
  await change(sku, `received-${id}`, ports, (rights) => addRights(rights, quantity));
}

/** Removes all units from the site that `ports` belongs to, and closes its epoch. */
export async function confiscateUnits(
  transfer: Omit<Transfer, 'quantity'>,
  ports: RightsPorts,
): Promise<Transfer | undefined> {
  await change(transfer.sku, sentName(transfer.id), ports, (rights) => confiscateRights(rights, transfer));
  return findSentTransfer(transfer, ports);
}

/** Announces every transfer ever sent; receivers ignore repeats. @returns units without an acknowledgement */
export async function tellTransfers(sku: string, { rights, others }: SitePorts): Promise<number> {
  const sent = (await rights.find(sku))?.rights.sent ?? [];
  const told = await Promise.allSettled(sent.map((transfer) => others.tell(transfer)));
  return sent.reduce((units, { quantity }, index) => units + (told[index]?.status === 'rejected' ? quantity : 0), 0);
}

/**
 * After a sale, sends a site's remaining units to the `home` site and announces all transfers. Runs repeatedly by a
 * timer, because units in transit and late orders arrive afterwards. The transfer id comes from the epoch, so concurrent
 * runs send once; later sales in that epoch are refused.
 *
 * @returns units in transit, as far as this site knows
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

async function findSentTransfer({ sku, id }: { sku: string; id: string }, ports: RightsPorts) {
  return (await ports.rights.find(sku))?.rights.sent.find((transfer) => transfer.id === id);
}

/** Applies a named change to a site's rights once, unless `decide` refuses it. */
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
