import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCount } from '../../platform/gateway/faults/faults.ts';
import { cancelling } from '../../sale/cancels.ts';
import { checkInvariants, retriedCalls, type Verdict } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { ShopClient } from '../../sale/client.ts';
import { type ExplainedLetter, explainLetter, readEvidence, watchDeadLetters } from '../../sale/dead-letters.ts';
import { type DeployedSystem, waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { tryForeignOrders } from '../../sale/hostile-input.ts';
import { cachedTokens, cancelled, type Placing, placeOrders } from '../../sale/place-orders.ts';
import { demoProducts, seed as seedProducts } from '../../sale/seed.ts';
import {
  beginFaults,
  duplicateShare,
  endFaults,
  openWorkQueues,
  type Sample,
  takeSamples,
  type WorkQueues,
} from '../../sale/soak-conditions.ts';
import { demandOf, type PlannedOrder, planOrders, showEachKind } from '../../sale/workload.ts';
import { killWorkers } from './killer.ts';

export interface SoakSystem extends DeployedSystem {
  /** Parent process of the workers to kill. */
  readonly enginePid: number;
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

export interface SoakOptions {
  readonly orders: number;
  readonly seed: number;
  /** Maximum number of concurrent orders. */
  readonly parallel: number;
  readonly killEveryMs: number;
  /** Visibility timeout of the order queue: a killed worker's messages are redelivered after it. */
  readonly visibilityTimeoutSeconds: number;
  readonly onPosted?: (orders: number) => void;
  readonly onStep?: (text: string) => void;
}

export interface SoakResult {
  readonly options: SoakOptions;
  /** Epoch milliseconds. */
  readonly begunAt: number;
  readonly seconds: number;
  readonly placing: Placing;
  readonly plan: readonly PlannedOrder[];
  /** Status of the last answer to a cancel, by order id. */
  readonly cancels: ReadonlyMap<string, number>;
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  readonly deadLetters: readonly ExplainedLetter[];
  readonly faults: readonly FaultCount[];
  /** Epoch milliseconds of each kill. */
  readonly kills: readonly number[];
  readonly samples: readonly Sample[];
}

/** Runs a sale of any size while calls fail, answers are lost, messages are duplicated and workers die. */
export async function soak(system: SoakSystem, options: SoakOptions): Promise<SoakResult> {
  const { plan, skus } = await prepare(system, options);
  const newDeadLetters = await watchDeadLetters(system);
  const queue = openWorkQueues(system);
  const previousTimeout = await queue.setVisibilityTimeout(options.visibilityTimeoutSeconds);
  await beginFaults(system, options.seed);
  const killer = killWorkers(system.enginePid, { everyMs: options.killEveryMs, seed: options.seed });
  const sampler = takeSamples(queue, system.enginePid);
  const begunAt = Date.now();
  try {
    const { placing, cancels, shown, faults } = await sellUnderFaults(system, plan, queue, options);
    killer.stop();
    options.onStep?.('reading the stores');
    const shop = new ShopClient(system.apiUrl);
    const foreign = await tryForeignOrders(shop, cachedTokens(system.issuer), placing.placed.slice(0, 5));
    const asked = { requested: placing.unanswered, cancels: cancelled(placing.placed), shown };
    const clients = { accepted: placing.placed, ...asked, ...foreign };
    const quiet = { withinMs: 60_000 + options.orders * 5, skus: new Set(skus) };
    const { snapshot } = await waitUntilQuiet(system, 0, quiet);
    const seconds = (Date.now() - begunAt) / 1_000;
    const letters = await newDeadLetters();
    const evidence = await readEvidence(
      system,
      snapshot.orders.map(({ orderId }) => orderId),
    );
    return {
      ...{ options, plan, begunAt, seconds, placing, cancels, snapshot, faults },
      ...{ kills: killer.kills, samples: sampler.samples },
      verdicts: checkInvariants(snapshot, clients, retriedCalls),
      deadLetters: letters.map((letter) => explainLetter(letter, evidence)),
    };
  } finally {
    killer.stop();
    sampler.stop();
    await endFaults(system);
    await queue.setVisibilityTimeout(previousTimeout);
    queue.close();
  }
}

/** Seeds separate products, so that a soak can run alongside other tests. Supply is about 80 % of demand. */
async function prepare(system: SoakSystem, { orders, seed }: SoakOptions) {
  const run = `soak-${Date.now().toString(36)}`;
  const products = demoProducts.map((product) => ({ ...product, sku: `${product.sku}-${run}` }));
  const skus = products.map(({ sku }) => sku);
  const planned = showEachKind(planOrders({ orders, seed, skus, repeatShare: duplicateShare }));
  const plan = planned.map((order) => ({ ...order, key: `${run}-${order.key}` }));
  const unitsOf = (sku: string) => Math.max(1, Math.ceil(demandOf(plan, sku) * 0.8));
  await seedProducts(
    system,
    products.map((product) => ({ ...product, units: unitsOf(product.sku) })),
  );
  return { plan, skus };
}

/** Most orders are settled by then, but not yet sent to the partner. */
const cancelWithinMs = 4_000;

async function sellUnderFaults(
  system: SoakSystem,
  plan: readonly PlannedOrder[],
  queue: WorkQueues,
  { parallel, onPosted, onStep }: SoakOptions,
) {
  const shop = new ShopClient(system.apiUrl, { afterFailure: true });
  const tokenOf = cachedTokens(system.issuer);
  const unwanted = cancelling(shop, { tokenOf, withinMs: cancelWithinMs });
  const placing = await placeOrders(shop, plan, {
    ...{ concurrency: parallel, tokenOf, onAccepted: unwanted.begin },
    ...(onPosted && { onPlaced: onPosted }),
  });
  const cancels = await unwanted.answers();
  const shown = await unwanted.shown();
  onStep?.('waiting for the queues');
  // A message that is neither waiting nor hidden has been processed or dead-lettered.
  while ((await queue.lengthOfBoth()) > 0) await sleep(500);
  return { placing, cancels, shown, faults: await endFaults(system) };
}
