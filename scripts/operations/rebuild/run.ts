import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { salesViews } from '../../../functions/adapters/aws/views.ts';
import { latestEvents, type OrderEvent } from '../../../functions/contracts/order-event.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import { CliError } from '../../cli/cli.ts';
import { buildExpectedViews, compareViews, foldViews, type Views } from './fold.ts';
import { findGaps } from './gaps.ts';
import type { RebuildStores } from './stores.ts';

export interface RebuildOptions {
  /** How long after the swap a projection may still count into the old generation. */
  readonly settleMs: number;
  readonly onStep: (text: string) => void;
}

export interface Comparison {
  readonly orders: number;
  readonly rows: number;
  /** Names of the rows that differed, and of the events and orders that were missing, at every attempt. */
  readonly different: readonly string[];
  readonly unreadable: readonly string[];
}

/** Longer than an eventually consistent read may lag: once the new rows are live, every reader must find them. */
const replicationMs = 3_000;

const maxAttempts = 5;
const pauseMs = 2_000;

/**
 * Compares the live views with the fold of the events. While orders arrive, the views lag behind the stream and change
 * during the read, so a row counts as different only if it differs at every attempt.
 */
export async function compareLive(stores: RebuildStores): Promise<Comparison> {
  let different = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const { rows: found } = await stores.views(await stores.live());
    const { events, unreadable, orders } = await stores.events();
    // The events are read after the views, so they include everything that the views have counted.
    const expected = buildExpectedViews(events, found);
    const now = new Set([...compareViews(expected, found, Date.now()), ...findGaps(events, orders)]);
    different = new Set([...now].filter((name) => attempt === 1 || different.has(name)));
    if (different.size === 0 || attempt === maxAttempts)
      return { orders: latestEvents(events).size, rows: expected.size, different: [...different].sort(), unreadable };
    await sleep(pauseMs);
  }
}

/**
 * Builds a new generation of views from the events and compares it. Then swaps it in with one write, counts the events
 * that arrived meanwhile, and removes the old views once no reader can use them: docs/decisions/010-generations.md.
 *
 * @throws {CliError} with the live views unchanged
 */
export async function rebuild(stores: RebuildStores, viewsTable: string, options: RebuildOptions): Promise<void> {
  const before = await stores.live();
  const generation = `g${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  options.onStep('reading the events');
  const built = latestEvents((await stores.events()).events);
  options.onStep(`writing the views of ${built.size} orders`);
  await stores.put(generation, foldViews(built).values());

  options.onStep('counting events that arrived meanwhile');
  const seen = latestEvents((await stores.events()).events);
  await countNew(
    built,
    seen,
    salesViews(viewsTable, async () => generation),
  );
  options.onStep('comparing');
  const { rows, others } = await stores.views(generation);
  rejectDifferences(foldViews(seen), rows);
  await sleep(replicationMs);

  if (!(await stores.swap(before, generation)))
    throw new CliError(
      'swapped_meanwhile',
      'another rebuild swapped its views in first',
      'Nothing was changed. Compare again.',
    );
  options.onStep('swapped; waiting for projections that started before');
  await sleep(options.settleMs);
  // Events that were counted into the old generation after the last read.
  await countNew(seen, latestEvents((await stores.events()).events), salesViews(viewsTable));
  options.onStep('removing the old views');
  // Only generations that had rows before the swap: a rebuild that began later may still be building, or may be live.
  await stores.remove(others);
}

function rejectDifferences(expected: Views, found: Views): void {
  const [first, ...others] = compareViews(expected, found, Date.now());
  if (first === undefined) return;
  throw new CliError(
    'rebuilt_views_differ',
    `${others.length + 1} rebuilt rows do not match the events, the first: ${first}`,
    'Nothing was swapped. Another rebuild may be running: try again.',
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
