import { buildPlan, type Plan } from '../plan.ts';
import { type FaultRates, fates } from '../world/calls.ts';
import { type Draw, seededDraw } from '../world/random.ts';

export const regionNames = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const;
export type Region = (typeof regionNames)[number];
/** The home region: changes products, and gets every supply. */
export const home: Region = 'eu-west-1';

/** Cuts the connection between two regions. Customers still reach both. */
export interface Cut {
  readonly between: readonly [Region, Region];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Calls and replication from one region to another. */
export interface LinkPlan {
  /** Share of requests, and of answers, that are lost, 0 to 1. */
  readonly lost: number;
  /** Share of calls that arrive twice. */
  readonly twice: number;
  /** Share of calls that arrive late, often after the caller has given up. */
  readonly late: number;
  /** Maximum delay of a replicated row, in milliseconds. */
  readonly lagMs: number;
}

/** Times are in milliseconds since the sale opened. */
export interface RegionsPlan extends Plan {
  readonly regions: readonly Region[];
  readonly links: LinkPlan;
  readonly cuts: readonly Cut[];
  /** A region that is lost for good. */
  readonly loss?: { readonly region: Region; readonly atMs: number };
  readonly sweepEveryMs: number;
  readonly stuckMs: number;
}

/** No faults happen after this. */
export const healthyMs = 120_000;
const calm = Object.fromEntries(fates.map((fate) => [fate, 0])) as FaultRates['rates'];

/** The sale of {@link buildPlan} in two or three regions, stretched so that cuts and rest periods end during it. */
export function buildPlanOfRegions(seed: number): RegionsPlan {
  const plan = buildPlan(seed);
  const draw = seededDraw(seed, 'regions');
  const regions = regionNames.slice(0, draw() < 0.65 ? 2 : 3);
  const stretch = [1, 3, 6][Math.floor(draw() * 3)] ?? 1;
  const saleMs = stretch * 10_000;
  const isCalm = draw() < 0.5;
  const later = <Timed extends { readonly atMs: number }>(all: readonly Timed[]) =>
    all.map((one) => ({ ...one, atMs: one.atMs * stretch }));
  return {
    ...plan,
    ...{ withEntries: true, poison: [], regions },
    products: drawShards(plan.products, draw),
    orders: later(plan.orders).map((order) => ({ ...order, cancelAtMs: order.cancelAtMs * stretch })),
    restocks: later(plan.restocks),
    changes: later(plan.changes).filter(({ body }) => body.currency === 'EUR'),
    lists: later(plan.lists),
    faults: { ...plan.faults, untilMs: healthyMs, ...(isCalm && { rates: calm }) },
    links: drawLinks(draw),
    cuts: drawCuts(regions, saleMs, draw),
    ...(draw() < 0.35 && { loss: { region: pick(regions, draw), atMs: (0.2 + 0.7 * draw()) * saleMs } }),
    sweepEveryMs: 15_000 + Math.floor(draw() * 30_000),
    stuckMs: 10_000 + Math.floor(draw() * 40_000),
  };
}

/** 40 % of the sales have one shard, so that orders compete. */
function drawShards(products: Plan['products'], draw: Draw): Plan['products'] {
  const isOne = draw() < 0.4;
  return isOne ? products.map((product) => ({ ...product, shards: 1 })) : products;
}

function drawLinks(draw: Draw): LinkPlan {
  const isBad = draw() < 0.5;
  const share = (most: number) => (isBad ? draw() * most : 0);
  return {
    lost: share(0.2),
    twice: share(0.3),
    late: share(0.2),
    lagMs: [300, 1_000, 8_000][Math.floor(draw() * 3)] ?? 0,
  };
}

function drawCuts(regions: readonly Region[], saleMs: number, draw: Draw): readonly Cut[] {
  return Array.from({ length: Math.floor(draw() * 3) }, () => {
    const [one, fromMs] = [pick(regions, draw), draw() * saleMs];
    const others = regions.filter((region) => region !== one);
    return { between: [one, pick(others, draw)], fromMs, toMs: fromMs + draw() * draw() * 60_000 };
  });
}

export function pick<One>(all: readonly One[], draw: Draw): One {
  return all[Math.floor(draw() * all.length)] as One;
}
