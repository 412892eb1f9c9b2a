import { findStage } from '../../../stacks/model/stages/stages.ts';
import type { Target } from '../engine/target.ts';
import { Network } from '../gateway/network.ts';
import { type Platform, type PlatformOptions, startPlatform } from '../platform.ts';
import type { Cell } from './cell.ts';
import { createReplicas } from './replica-tables.ts';
import type { Lag } from './replication-queue.ts';
import { type Replicator, startReplicator } from './replicator.ts';

export interface RegionsOptions extends Omit<PlatformOptions, 'cell'> {
  /** A multi-region stage for the built-in engine. */
  readonly stage: string;
  /** Seed of the replication's lag. */
  readonly seed?: number;
}

/** One stage in several regions: each has its own engine, gateway and API; the partner and the issuer serve all. */
export interface Regions {
  /** Home region first. */
  readonly platforms: readonly Platform[];
  readonly network: Pick<Network, 'unanswered'>;
  /** Cuts all traffic between the regions; each continues for its own customers. */
  cut(): void;
  heal(): void;
  /** Loses a region for good. Returns how many of its writes had not reached the other regions. */
  lose(region: string): Promise<{ readonly unsent: number }>;
  /** Resolves when the replicas have every write made before this call. */
  replicated(): Promise<void>;
  stop(): Promise<void>;
}

/** A global table usually lags by less than a second, and sometimes by more. */
const lag: Lag = { minMs: 200, maxMs: 1_500 };

interface Route {
  readonly from: Platform;
  readonly to: Platform;
  readonly replicator: Replicator;
}

export async function startRegions(options: RegionsOptions): Promise<Regions> {
  const { seed = 1, ...platformOptions } = options;
  const { regions } = findStage(options.stage);
  const network = new Network(regions);
  const secrets: string[] = [];
  const platforms: Platform[] = [];
  const routes: Route[] = [];
  const stop = async () => {
    await Promise.all(routes.map(({ replicator }) => replicator.stop()));
    for (const platform of platforms.toReversed()) await platform.stop();
  };
  try {
    for (const region of regions)
      platforms.push(await startCell(platformOptions, { region, network, secrets }, platforms));
    await connect(platforms, network, routes, seed);
  } catch (error) {
    await stop();
    throw error;
  }
  return { platforms, network, ...faults(network, platforms, routes), stop };
}

function startCell(
  options: Omit<PlatformOptions, 'cell'>,
  own: Pick<Cell<unknown>, 'region' | 'network' | 'secrets'>,
  earlier: readonly Platform[],
): Promise<Platform> {
  const beforeDeploy = async (target: Target) => {
    for (const other of earlier) await createReplicas(other.target, target, tablesOf(other, other === earlier[0]));
  };
  const { onProgress = () => {} } = options;
  return startPlatform({
    ...options,
    onProgress: (text) => onProgress(`${own.region}: ${text}`),
    cell: { ...own, shared: earlier[0], beforeDeploy },
  });
}

/** The tables that a region owns and the others read; see `stacks/model`. */
function tablesOf({ outputs }: Platform, isHome: boolean): string[] {
  const names = [outputs.OrdersTable, outputs.ViewsTable, isHome ? outputs.CatalogTable : undefined];
  return names.filter((name) => name !== undefined);
}

async function connect(platforms: readonly Platform[], network: Network, routes: Route[], seed: number): Promise<void> {
  const [home] = platforms;
  for (const [place, from] of platforms.entries()) {
    const tables = tablesOf(from, from === home);
    for (const [other, to] of platforms.entries()) {
      if (from === to) continue;
      // Regions that started later got their replicas before their deploy.
      if (other < place) await createReplicas(from.target, to.target, tables);
      const reaches = () => network.reaches(from.region, to.region);
      const own = seed * 100 + routes.length;
      const [owner, replica] = [from.target, to.target];
      routes.push({ from, to, replicator: await startReplicator({ owner, replica, tables, lag, seed: own, reaches }) });
    }
  }
}

function faults(network: Network, platforms: readonly Platform[], routes: readonly Route[]) {
  return {
    cut: () => network.cut(),
    heal: () => network.heal(),
    lose: async (region: string) => {
      network.lose(region);
      await platforms.find((platform) => platform.region === region)?.lose();
      const broken = routes.filter(({ from, to }) => from.region === region || to.region === region);
      const ends = await Promise.all(
        broken.map(async ({ from, replicator }) => ({ from, lost: (await replicator.stop()).lost })),
      );
      const unsent = ends.reduce((sum, { from, lost }) => sum + (from.region === region ? lost : 0), 0);
      return { unsent };
    },
    replicated: async () => {
      const whole = routes.filter(({ from, to }) => network.reaches(from.region, to.region));
      await Promise.all(whole.map(({ replicator }) => replicator.caughtUp()));
    },
  };
}
