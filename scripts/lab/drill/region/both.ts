import type { RegionSnapshot } from '../../../sale/check/region-checks.ts';
import { tryForeign } from './at-survivor.ts';
import type { RegionSale } from './load.ts';
import { askForRegions } from './regions-command.ts';
import type { BothSeen, Scene } from './scene.ts';
import { findDifferences, type Region, readQuiet, readReplica, withOwnBook } from './stores.ts';

/** Reads both regions and their replicas once all orders are final. */
export async function readBoth(scene: Scene): Promise<BothSeen> {
  const { regions, home, other, customers, sale, say } = scene;
  say('waiting until both regions are quiet');
  const read = [await readQuiet(home), await readQuiet(other)] as const;
  await regions.replicated();
  const replicas = [await readReplica(other, home), await readReplica(home, other)] as const;
  const idsOf = ({ snapshot }: RegionSnapshot) => new Set(snapshot.orders.map(({ orderId }) => orderId));
  return {
    visits: [...customers.visits],
    after: [withOwnBook(read[0], idsOf(read[1])), withOwnBook(read[1], idsOf(read[0]))],
    differences: read.flatMap(({ region: name, snapshot }, place) =>
      findDifferences(snapshot, replicas[place] ?? snapshot, name),
    ),
    foreign: [await tryForeign(scene, home), await tryForeign(scene, other)],
    operator: await askForRegions(home.platform),
    told: await Promise.all([home, other].map((one) => unitsTold(one, sale))),
  };
}

async function unitsTold({ platform }: Region, { skus }: RegionSale): Promise<number> {
  const reserved = skus.map(async (sku) => {
    const answer = await fetch(`${platform.apiUrl}/products/${sku}/stock`);
    return ((await answer.json()) as { reserved: number }).reserved;
  });
  return (await Promise.all(reserved)).reduce((sum, units) => sum + units, 0);
}
