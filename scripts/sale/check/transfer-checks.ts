import type { Snapshot } from './snapshot.ts';

/** Checks the transfers in one region's own rows; `checkRegions` compares the regions. */
export function findWrongTransfers({ transfers, suppliedElsewhere, supplies }: Snapshot): string[] {
  if (!transfers) return [];
  const { sent, received, open } = transfers;
  const destinations = new Map(sent.map(({ id, to }) => [id, to]));
  const owners = new Set([...sent.map(({ from }) => from), ...received.map(({ to }) => to)]);
  return [
    ...open
      .filter(({ id, to }) => destinations.get(id) !== to)
      .map(({ sku, id, to }) => `${sku}: the transfer ${id} to ${to} is open, and left nowhere`),
    ...[...sent, ...received]
      .filter(({ from, to }) => from === to)
      .map(({ sku, id, to }) => `${sku}: the transfer ${id} goes from ${to} to itself`),
    ...(owners.size > 1 ? [`the rows of transfers belong to ${[...owners].join(' and ')}`] : []),
    ...(suppliedElsewhere && supplies.length > 0 ? ['a region that is not home received a supply'] : []),
  ];
}
