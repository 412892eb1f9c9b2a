import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { salesViews } from '../../../functions/adapters/aws/views.ts';
import { latestEvents, type StoredEvent } from '../../../functions/contracts/order-event.ts';
import type { Sales } from '../../../functions/domain/sales.ts';
import { countEvent } from '../../../functions/projection/count-event.ts';
import { jitteredPause } from '../../../functions/runtime/system.ts';
import { CliError } from '../../cli/cli.ts';
import { keptRows, type Retention } from '../../sale/check/retention.ts';
import {
  buildViews,
  type Expired,
  expectExpired,
  findExpired,
  keepViews,
  readExpired,
  summarize,
  toRetention,
} from './expired.ts';
import { buildExpectedViews, compareViews, type Views } from './fold.ts';
import { findGaps } from './gaps.ts';
import type { RebuildStores } from './stores.ts';

export interface RebuildOptions {
  /** How long after the swap a projection may still count into the old generation. */
  readonly settleMs: number;
  /** How long the rows of an order are kept after its end; undefined: for ever. */
  readonly retentionDays?: number | undefined;
  readonly onStep: (text: string) => void;
}

export interface Comparison {
  readonly orders: number;
  readonly rows: number;
  /** Names of the rows that differed, and of the events and orders that were missing, at every attempt. */
  readonly different: readonly string[];
  readonly unreadable: readonly string[];
  /** Sums of the orders older than the retention, from the totals of the live views. */
  readonly expired?: Sales;
}

/** Longer than an eventually consistent read may lag: once the new rows are live, every reader must find them. */
const replicationMs = 3_000;

const maxAttempts = 5;
const pauseMs = 2_000;

/**
 * Compares the live views with the fold of the events. While orders arrive, the views lag behind the stream and change
 * during the read, so a row counts as different only if it differs at every attempt.
 */
export async function compareLive(stores: RebuildStores, retentionDays?: number): Promise<Comparison> {
  let different = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const { now, ...read } = await compareOnce(stores, toRetention(retentionDays));
    different = new Set([...now].filter((name) => attempt === 1 || different.has(name)));
    if (different.size === 0 || attempt === maxAttempts) return { ...read, different: [...different].sort() };
    await sleep(pauseMs);
  }
}

async function compareOnce(stores: RebuildStores, retention: Retention | undefined) {
  const { rows: live } = await stores.views(await stores.live());
  const { events: all, unreadable, orders } = await stores.events();
  const events = keptRows(all, retention);
  const [found, latest] = [retention ? keepViews(live, retention) : live, latestEvents(events)];
  // The events are read after the views, so they include everything that the views have counted.
  const expected = new Map([
    ...buildExpectedViews(events, found),
    ...(retention ? expectExpired(latest, found, retention) : []),
  ]);
  return {
    ...{ orders: latest.size, rows: expected.size, unreadable },
    ...(retention && { expired: summarize(findExpired(found, retention)) }),
    now: new Set([
      ...compareViews(expected, found, retention?.atMs ?? Date.now()),
      ...findGaps(events, orders, retention),
    ]),
  };
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
  const retention = toRetention(options.retentionDays);
  const expired = retention && (await readExpired(async () => (await stores.views(before)).rows, retention));
  const readLatest = async () => latestEvents(keptRows((await stores.events()).events, retention));
  const built = await readLatest();
  options.onStep(`writing the views of ${built.size} orders`);
  await stores.put(generation, buildViews(built, expired).values());

  options.onStep('counting events that arrived meanwhile');
  const seen = await readLatest();
  await countNew(
    built,
    seen,
    salesViews(viewsTable, async () => generation),
  );
  options.onStep('comparing');
  const { rows, others } = await stores.views(generation);
  rejectDifferences(buildViews(seen, expired), rows, expired);
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
  await countNew(seen, await readLatest(), salesViews(viewsTable));
  options.onStep('removing the old views');
  // Only generations that had rows before the swap: a rebuild that began later may still be building, or may be live.
  await stores.remove(others);
}

function rejectDifferences(expected: Views, found: Views, expired: Expired | undefined): void {
  const [first, ...others] = compareViews(expected, found, expired?.retention.atMs ?? Date.now());
  if (first === undefined) return;
  throw new CliError(
    'rebuilt_views_differ',
    `${others.length + 1} rebuilt rows do not match the events, the first: ${first}`,
    'Nothing was swapped. Another rebuild may be running: try again.',
  );
}

async function countNew(
  before: ReadonlyMap<string, StoredEvent>,
  after: ReadonlyMap<string, StoredEvent>,
  views: ReturnType<typeof salesViews>,
): Promise<void> {
  const limit = pLimit(16);
  const ports = { views, meter: { count: () => {} }, pause: jitteredPause };
  const news = [...after.values()].filter(
    ({ order }) => (before.get(order.orderId)?.order.version ?? 0) < order.version,
  );
  await Promise.all(news.map((event) => limit(() => countEvent(event, ports))));
}
