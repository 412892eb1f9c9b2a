import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCount } from '../../platform/gateway/faults/faults.ts';
import { cancelling } from '../../sale/cancelling.ts';
import { checkInvariants, holds, retriedCalls, type Verdict } from '../../sale/check/invariants.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { ShopClient } from '../../sale/client.ts';
import {
  beginFaults,
  duplicateShare,
  endFaults,
  type Sample,
  takeSamples,
  type WorkQueues,
  workQueuesOf,
} from '../../sale/conditions.ts';
import { type DeadLetter, explainDeadLetters } from '../../sale/dead-letters.ts';
import { type DeployedSystem, waitUntilQuiet } from '../../sale/deployed-quiescence.ts';
import { cancelled, type Placing, placeOrders, rememberedTokens } from '../../sale/place-orders.ts';
import { demoProducts, seed as seedProducts } from '../../sale/seed.ts';
import { tryForeignOrders } from '../../sale/trouble.ts';
import { demandOf, type PlannedOrder, planOrders } from '../../sale/workload.ts';
import { killWorkers } from './killer.ts';

export interface SoakSystem extends DeployedSystem {
  /** Parent of the workers to kill. */
  readonly enginePid: number;
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

export interface SoakOptions {
  readonly orders: number;
  readonly seed: number;
  /** Orders under way at a time. */
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
  /** Cancels by the status of their last answer. */
  readonly cancels: ReadonlyMap<number, number>;
  readonly snapshot: Snapshot;
  readonly verdicts: readonly Verdict[];
  readonly deadLetters: readonly DeadLetter[];
  readonly faults: readonly FaultCount[];
  /** Epoch milliseconds of each. */
  readonly kills: readonly number[];
  readonly samples: readonly Sample[];
}

/** Runs a sale of any length while calls fail, answers get lost, messages are duplicated and workers die. */
export async function soak(system: SoakSystem, options: SoakOptions): Promise<SoakResult> {
  const { plan, skus } = await prepare(system, options);
  const queue = workQueuesOf(system);
  const previousTimeout = await queue.setVisibilityTimeout(options.visibilityTimeoutSeconds);
  await beginFaults(system, options.seed);
  const killer = killWorkers(system.enginePid, { everyMs: options.killEveryMs, seed: options.seed });
  const sampler = takeSamples(queue, system.enginePid);
  const begunAt = Date.now();
  try {
    const { placing, cancels, faults } = await sellUnderFaults(system, plan, queue, options);
    killer.stop();
    options.onStep?.('reading the stores');
    const foreign = await tryForeignOrders(
      new ShopClient(system.apiUrl),
      await system.issuer.token({ customer: 'mallory' }),
      placing.placed.slice(0, 5),
    );
    const quiet = { withinMs: 60_000 + options.orders * 5, skus: new Set(skus) };
    const { snapshot } = await waitUntilQuiet(system, 0, quiet);
    const clients = {
      accepted: placing.placed,
      requested: placing.unanswered,
      cancels: cancelled(placing.placed),
      ...{ foreignAttempts: foreign.attempts, foreignAnswers: foreign.answers },
    };
    return {
      ...{ options, begunAt, placing, cancels, snapshot, faults, kills: killer.kills, samples: sampler.samples },
      seconds: (Date.now() - begunAt) / 1_000,
      verdicts: checkInvariants(snapshot, clients, retriedCalls),
      deadLetters: await explainDeadLetters(system, snapshot, killer.kills.length),
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
  const planned = planOrders({ orders, seed, skus, repeatShare: duplicateShare });
  const plan = planned.map((order) => ({ ...order, key: `${run}-${order.key}` }));
  const unitsOf = (sku: string) => Math.max(1, Math.ceil(demandOf(plan, sku) * 0.8));
  await seedProducts(
    system,
    products.map((product) => ({ ...product, units: unitsOf(product.sku) })),
  );
  return { plan, skus };
}

/** Most orders are settled by then, and not yet with the partner. */
const cancelWithinMs = 4_000;

async function sellUnderFaults(
  system: SoakSystem,
  plan: readonly PlannedOrder[],
  queue: WorkQueues,
  { parallel, onPosted, onStep }: SoakOptions,
) {
  const shop = new ShopClient(system.apiUrl, { afterFailure: true });
  const tokenOf = rememberedTokens(system.issuer);
  const unwanted = cancelling(shop, { tokenOf, withinMs: cancelWithinMs });
  const placing = await placeOrders(shop, plan, {
    ...{ concurrency: parallel, tokenOf, onAccepted: unwanted.begin },
    ...(onPosted && { onPlaced: onPosted }),
  });
  const cancels = await unwanted.statuses();
  onStep?.('waiting for the queues');
  // A message neither waiting nor hidden is processed, or a dead letter.
  while ((await queue.lengthOfBoth()) > 0) await sleep(500);
  return { placing, cancels, faults: await endFaults(system) };
}

/** Number of orders whose client gave up without a 202: nothing was promised, so nothing is lost. */
export function countGivenUp({ options, placing }: SoakResult): number {
  return options.orders - new Set(placing.placed.map(({ orderId }) => orderId)).size;
}

/** Share of orders that must be accepted for the soak to mean anything. */
const leastAccepted = 0.9;

/** All failures; empty when the soak succeeded. */
export function failuresOf(result: SoakResult): string[] {
  const { options, placing, cancels, snapshot, verdicts, deadLetters, faults, kills } = result;
  const accepted = new Set(placing.placed.map(({ orderId }) => orderId));
  const lost = snapshot.orders.filter(
    ({ orderId, state }) =>
      state === 'PENDING' && accepted.has(orderId) && !deadLetters.some(({ body }) => body.includes(orderId)),
  );
  return [
    ...verdicts.filter((one) => !holds(one)).map((one) => `${one.id} does not hold: ${one.text}: ${one.violations[0]}`),
    ...(accepted.size >= options.orders * leastAccepted
      ? []
      : [`clients gave up on ${countGivenUp(result)} of ${options.orders} orders: too many for a useful result`]),
    ...(lost.length === 0
      ? []
      : [`${lost.length} accepted orders are pending without a dead letter, the first is ${lost[0]?.orderId}`]),
    ...deadLetters
      .filter(({ reason }) => reason === undefined)
      .map(({ body }) => `a dead letter without a reason: ${body}`),
    ...faults.filter(({ injected }) => injected === 0).map(({ kind }) => `the fault '${kind}' hit no call`),
    ...(cancels.size === 0 || cancels.has(200) ? [] : ['no order could be cancelled']),
    ...(kills.length > 0 ? [] : ['no worker was killed']),
    ...(placing.differing ? [`${placing.differing} repetitions got a different answer from the first post`] : []),
  ];
}
