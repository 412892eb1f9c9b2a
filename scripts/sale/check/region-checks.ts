import { isDeepStrictEqual } from 'node:util';
import type { Transfer } from '../../../functions/ports/transfers.ts';
import { ownsUnits } from './rules.ts';
import type { Snapshot } from './snapshot.ts';
import { Sums } from './sums.ts';
import type { Finding } from './verdict.ts';

/** All stores of one region. `checkInvariants` checks each region alone; the checks here compare all regions. */
export interface RegionSnapshot {
  readonly region: string;
  readonly snapshot: Snapshot;
}

export interface RegionVerdict extends Finding {
  readonly id: 'R1' | 'R2' | 'R3' | 'R4';
  readonly text: string;
}

/** @param regions all regions of a stage, home first */
export function checkRegions(regions: readonly RegionSnapshot[]): readonly RegionVerdict[] {
  return [
    { id: 'R1', text: 'all regions together sell no more units than were supplied', ...checkSold(regions) },
    { id: 'R2', text: 'an order is in one region', ...checkOwners(regions) },
    {
      id: 'R3',
      text: 'each transfer from one region arrived in another once, or is in transit',
      ...checkTransfers(regions),
    },
    { id: 'R4', text: 'each supplied unit is in one region or in transit', ...checkUnits(regions) },
  ];
}

/** Units supplied of all products, from the records of the home region. */
function sumSupplied([home]: readonly RegionSnapshot[]): Sums {
  const supplied = new Sums();
  for (const product of home?.snapshot.products ?? []) supplied.add(product.sku, product.supplied);
  return supplied;
}

function checkSold(regions: readonly RegionSnapshot[]): Finding {
  const [supplied, sold] = [sumSupplied(regions), new Sums()];
  const orders = regions.flatMap(({ snapshot }) => snapshot.orders);
  for (const { sku, state, quantity } of orders) if (ownsUnits(state)) sold.add(sku, quantity);
  const violations = [...sold.names()]
    .filter((sku) => sold.of(sku) > supplied.of(sku))
    .map((sku) => `${sku}: ${sold.of(sku)} units sold of ${supplied.of(sku)} supplied`);
  return { checked: orders.length, violations };
}

function checkOwners(regions: readonly RegionSnapshot[]): Finding {
  const owners = new Map<string, string>();
  const violations: string[] = [];
  for (const { region, snapshot } of regions)
    for (const { orderId } of snapshot.orders) {
      const other = owners.get(orderId);
      if (other !== undefined && other !== region) violations.push(`order ${orderId} is in ${other} and in ${region}`);
      owners.set(orderId, region);
    }
  return { checked: owners.size, violations };
}

const nameOf = ({ sku, id }: Pick<Transfer, 'sku' | 'id'>) => `${sku}#${id}`;

function checkTransfers(regions: readonly RegionSnapshot[]): Finding {
  const violations: string[] = [];
  const left = new Map<string, Transfer>();
  const arrived = new Set<string>();
  for (const { region, snapshot } of regions)
    for (const transfer of snapshot.transfers?.sent ?? []) {
      const name = nameOf(transfer);
      if (left.has(name)) violations.push(`transfer ${name} was sent twice`);
      if (transfer.from !== region) violations.push(`transfer ${name} from ${transfer.from} is recorded in ${region}`);
      left.set(name, transfer);
    }
  for (const { region, snapshot } of regions)
    for (const transfer of snapshot.transfers?.received ?? []) {
      const name = nameOf(transfer);
      if (arrived.has(name)) violations.push(`transfer ${name} arrived twice`);
      if (transfer.to !== region) violations.push(`transfer ${name} to ${transfer.to} arrived in ${region}`);
      if (!left.has(name)) violations.push(`transfer ${name} arrived in ${region}, but was never sent`);
      else if (!isDeepStrictEqual(left.get(name), transfer)) violations.push(`transfer ${name} changed in transit`);
      arrived.add(name);
    }
  const open = new Set(regions.flatMap(({ snapshot }) => snapshot.transfers?.open ?? []).map(nameOf));
  for (const [name, { from }] of left)
    if (!arrived.has(name) && !open.has(name))
      violations.push(`transfer ${name} left ${from}, but did not arrive and is not open`);
  return { checked: left.size + arrived.size, violations };
}

function checkUnits(regions: readonly RegionSnapshot[]): Finding {
  const [supplied, found] = [sumSupplied(regions), new Sums()];
  for (const { snapshot } of regions) for (const { sku, allocated } of snapshot.shards) found.add(sku, allocated);
  for (const { sku, quantity } of underWay(regions)) found.add(sku, quantity);
  const skus = [...new Set([...supplied.names(), ...found.names()])];
  const violations = skus
    .filter((sku) => supplied.of(sku) !== found.of(sku))
    .map((sku) => `${sku}: ${supplied.of(sku)} units supplied, ${found.of(sku)} in the regions and in transit`);
  return { checked: skus.length, violations };
}

/** Transfers that left one region and have not arrived in the other. */
export function underWay(regions: readonly RegionSnapshot[]): readonly Transfer[] {
  const arrived = new Set(regions.flatMap(({ snapshot }) => snapshot.transfers?.received ?? []).map(nameOf));
  return regions.flatMap(({ snapshot }) => snapshot.transfers?.sent ?? []).filter((one) => !arrived.has(nameOf(one)));
}
