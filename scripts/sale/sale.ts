import { workerVisibilityTimeout } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { type Bars, showBars } from '../cli/bar.ts';
import type { PartnerCalls } from '../platform/partner/counts.ts';
import type { PartnerScript } from '../platform/partner/script.ts';
import type { Browsing } from './browse.ts';
import { cancelling } from './cancels.ts';
import type { ClientRecord, Snapshot } from './check/snapshot.ts';
import { type Answer, ShopClient } from './client.ts';
import { describeAnswer, poisonQueue, sendBadInput, type Tried, tryForeignOrders } from './hostile-input.ts';
import { cachedTokens, cancelled, type Placing, placeOrders } from './place-orders.ts';
import { type DemoProduct, demoProducts, seed } from './seed.ts';
import type { SaleSystem } from './system.ts';
import { demandOf, type PlannedOrder, planOrders, showEachKind } from './workload.ts';

export interface SaleOptions {
  readonly orders: number;
  /** Total units of the hot product; default 60 % of its demand. The others get all of their demand. */
  readonly units?: number | undefined;
  readonly rate?: number | undefined;
  readonly seed: number;
  readonly concurrency: number;
  /** Requests of visitors who only browse; 0: none. */
  readonly browse: number;
}

export interface SaleResult {
  readonly plan: readonly PlannedOrder[];
  readonly placing: Placing;
  readonly badInput: readonly Tried[];
  readonly restocks: readonly Tried[];
  /** Status of the last answer, by order id. */
  readonly cancels: ReadonlyMap<string, number>;
  /** Bodies of the poison messages. */
  readonly poisoned: readonly string[];
  readonly quiet: boolean;
  readonly snapshot: Snapshot;
  readonly clients: ClientRecord;
  readonly browsing: Browsing | undefined;
  readonly partner: PartnerRecord | undefined;
}

/** Longer than the visibility timeout, after which a failed message is redelivered. */
const quietWithinMs = (workerVisibilityTimeout(stages.local) + 60) * 1_000;

export interface PartnerRecord {
  readonly script: PartnerScript;
  readonly calls: PartnerCalls;
}

/** One call in twenty fails, and the partner rejects some orders. */
const partnerFaults = {
  seed: 1,
  errorShare: 0.03,
  loseShare: 0.02,
  refuseShare: 0.01,
  latencyMs: { min: 5, max: 40 },
} as const;

/**
 * One flash sale with everything that goes wrong in practice: repetitions, bad input, poison, cancels, a restock, attempts
 * to read other customers' orders.
 */
export async function runSale(system: SaleSystem, options: SaleOptions): Promise<SaleResult> {
  const plan = showEachKind(planOrders({ ...options, skus: demoProducts.map((product) => product.sku) }));
  const { products, restock } = supplyFor(plan, options.units);
  await seed({ apiUrl: system.shopUrl, issuer: system.issuer }, products);

  system.partner?.setScript(partnerFaults);
  const bars = showBars();
  try {
    const [sold, browsing] = await Promise.all([
      sell(system, { ...options, plan, bars, restock }),
      options.browse === 0 ? undefined : browse(system, products, options, bars),
    ]);
    const settling = bars.show('orders finished', plan.length);
    const { quiet, snapshot } = await system.untilQuiet(sold.poisoned.length, {
      withinMs: quietWithinMs,
      onProgress: settling.update,
    });
    const { partner } = system;
    return {
      ...sold,
      plan,
      browsing,
      quiet,
      snapshot,
      partner: partner && { script: partner.script, calls: partner.calls() },
    };
  } finally {
    bars.stop();
  }
}

/** The units to seed, and the quarter of the hot product that arrives halfway. */
function supplyFor(plan: readonly PlannedOrder[], hotUnits: number | undefined) {
  const [hot] = demoProducts;
  if (!hot) throw new Error('demoProducts is empty');
  const units = hotUnits ?? Math.ceil(demandOf(plan, hot.sku) * 0.6);
  const later = Math.floor(units / 4);
  const products = demoProducts
    .map((product) => ({
      ...product,
      units: product === hot ? units - later : Math.max(1, demandOf(plan, product.sku)),
    }))
    .filter((product) => product.units > 0);
  return { products, restock: { sku: hot.sku, units: later } };
}

async function browse(system: SaleSystem, products: readonly DemoProduct[], options: SaleOptions, bars: Bars) {
  const { update } = bars.show('pages browsed', options.browse);
  const token = await requestAdminToken(system);
  return system.browse?.(token, { requests: options.browse, seed: options.seed, products, onBrowsed: update });
}

interface Selling extends SaleOptions {
  readonly plan: readonly PlannedOrder[];
  readonly bars: Bars;
  /** Supplied when half of the orders are placed. */
  readonly restock: { readonly sku: string; readonly units: number };
}

async function sell(
  system: SaleSystem,
  options: Selling,
): Promise<Omit<SaleResult, 'plan' | 'browsing' | 'quiet' | 'snapshot' | 'partner'>> {
  const { plan, bars, restock } = options;
  const shop = new ShopClient(system.shopUrl);
  const tokenOf = cachedTokens(system.issuer);
  const half = Math.ceil(plan.length / 2);
  const bar = bars.show('orders posted', plan.length);
  const cancels = cancelling(shop, { tokenOf });
  const place = (part: typeof plan, before: number) =>
    placeOrders(shop, part, {
      ...options,
      ...{ tokenOf, onAccepted: cancels.begin },
      onPlaced: (done) => bar.update(before + done),
    });
  const first = await place(plan.slice(0, half), 0);
  const badInput = await sendBadInput(shop, await tokenOf('mallory'), system.hostRefusals);
  const poisoned = await poisonQueue((body) => system.sendToQueue(body));
  const { restocks, restocked } = await supplyMore(system, shop, restock);
  const placing = addPlacings(first, await place(plan.slice(half), half));

  const foreign = await tryForeignOrders(shop, tokenOf, placing.placed.slice(0, 20));
  const { placed: accepted, unanswered: requested } = placing;
  const asked = { restocked, cancels: cancelled(accepted), shown: await cancels.shown() };
  const clients = { accepted, requested, ...asked, ...foreign };
  return { placing, badInput, restocks, cancels: await cancels.answers(), poisoned, clients };
}

const restockKey = 'restock-at-half';

interface Restocking {
  readonly restocks: readonly Tried[];
  /** Restocks answered with 200, in the checker's form. */
  readonly restocked: NonNullable<ClientRecord['restocked']>;
}

/** Supplies the rest of the hot product, then repeats the request with the same key, which must change nothing. */
async function supplyMore(
  system: SaleSystem,
  shop: ShopClient,
  { sku, units }: Selling['restock'],
): Promise<Restocking> {
  const customer = await system.issuer.token({ customer: 'mallory' });
  const refused = await shop.restock(customer, sku, 'restock-by-nobody', Math.max(1, units));
  const tried = (what: string, expected: string, answer: Answer) => ({ what, expected, got: describeAnswer(answer) });
  const byCustomer = tried('a restock by a customer', '403 FORBIDDEN', refused);
  if (units === 0) return { restocks: [byCustomer], restocked: [] };
  const admin = await requestAdminToken(system);
  const restock = () => shop.restock(admin, sku, restockKey, units);
  const [first, again] = [await restock(), await restock()];
  return {
    restocks: [byCustomer, tried('a restock', '200', first), tried('the same restock again', '200', again)],
    restocked: [first, again].flatMap(({ status, body }) => (status === 200 ? [{ ...body, key: restockKey }] : [])),
  };
}

const requestAdminToken = ({ issuer }: SaleSystem) => issuer.token({ customer: 'admin', admin: true });

function addPlacings(a: Placing, b: Placing): Placing {
  const statuses = new Map(a.statuses);
  for (const [status, count] of b.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
  return {
    placed: [...a.placed, ...b.placed],
    unanswered: [...a.unanswered, ...b.unanswered],
    posts: a.posts + b.posts,
    statuses,
    throttled: a.throttled + b.throttled,
    repeated: {
      'in parallel': a.repeated['in parallel'] + b.repeated['in parallel'],
      later: a.repeated.later + b.repeated.later,
    },
    differing: a.differing + b.differing,
    misstated: [...a.misstated, ...b.misstated],
    latenciesMs: [...a.latenciesMs, ...b.latenciesMs],
    seconds: a.seconds + b.seconds,
  };
}
