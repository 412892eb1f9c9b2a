import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { salesViews } from '../../../functions/adapters/aws/views.ts';
import { latestEvents, type OrderEvent } from '../../../functions/contracts/order-event.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import { CliError } from '../../cli/cli.ts';
import { compareViews, foldViews, type Views, wantedOf } from './fold.ts';
import type { RebuildStores } from './stores.ts';

export interface RebuildOptions {
  /** How long after the swap somebody may still count in the generation before. */
  readonly settleMs: number;
  readonly onStep: (text: string) => void;
}

export interface Comparison {
  readonly orders: number;
  readonly rows: number;
  /** Names of the rows that differed at each look. */
  readonly different: readonly string[];
  readonly unreadable: readonly string[];
}

const looks = 5;
const betweenLooksMs = 2_000;

/**
 * The views that count against the fold of the events. While orders come, the views are behind by the time of the
 * stream, and change while they are read: a row differs only if it does so at each look.
 */
export async function compareLive(stores: RebuildStores): Promise<Comparison> {
  let different = new Set<string>();
  for (let look = 0; ; look++) {
    const found = await stores.views(await stores.live());
    const { events, unreadable } = await stores.events();
    // Read after the views: what they have counted is among them.
    const wanted = wantedOf(events, found);
    const now = compareViews(wanted, found, Date.now());
    different = new Set([...now].filter((name) => look === 0 || different.has(name)));
    if (different.size === 0 || look === looks - 1)
      return { orders: latestEvents(events).size, rows: wanted.size, different: [...different].sort(), unreadable };
    await sleep(betweenLooksMs);
  }
}

/**
 * Builds the views a second time from the events, beside those that count; compares; swaps by one write; counts what came
 * in between; and removes the old ones when nobody can be using them any more: docs/decisions/010-generations.md.
 *
 * @throws {CliError} before anything that counts was changed
 */
export async function rebuild(stores: RebuildStores, viewsTable: string, options: RebuildOptions): Promise<void> {
  const before = await stores.live();
  const generation = `g${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  options.onStep('reading the events');
  const built = latestEvents((await stores.events()).events);
  options.onStep(`writing the views of ${built.size} orders`);
  await stores.put(generation, foldViews(built).values());

  options.onStep('counting what came meanwhile');
  const seen = latestEvents((await stores.events()).events);
  await countNew(
    built,
    seen,
    salesViews(viewsTable, async () => generation),
  );
  options.onStep('comparing');
  refuseDifferences(foldViews(seen), await stores.views(generation));

  if (!(await stores.swap(before, generation)))
    throw new CliError('swapped_meanwhile', 'another rebuild was faster', 'Nothing was changed. Compare again.');
  options.onStep('swapped; waiting for whoever began before');
  await sleep(options.settleMs);
  // Events that were counted in the old generation after the last look.
  await countNew(seen, latestEvents((await stores.events()).events), salesViews(viewsTable));
  options.onStep('removing the old views');
  await stores.removeAllBut(generation);
}

function refuseDifferences(wanted: Views, found: Views): void {
  const [first, ...others] = compareViews(wanted, found, Date.now());
  if (first === undefined) return;
  throw new CliError(
    'rebuilt_views_differ',
    `${others.length + 1} rows are not as the events say, the first: ${first}`,
    'Nothing was swapped. Somebody else may be rebuilding: try again.',
  );
}

async function countNew(
  before: ReadonlyMap<string, OrderEvent>,
  after: ReadonlyMap<string, OrderEvent>,
  views: ReturnType<typeof salesViews>,
): Promise<void> {
  const limit = pLimit(16);
  const ports = { views, meter: { count: () => {} }, pause: jitteredPause };
  const news = [...after.values()].filter(
    ({ order }) => (before.get(order.orderId)?.order.version ?? 0) < order.version,
  );
  await Promise.all(news.map((event) => limit(() => countEvent(event, ports))));
}
