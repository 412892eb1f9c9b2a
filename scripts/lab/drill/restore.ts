import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { CliError } from '../../cli/cli.ts';
import { atLeastOne, type Finding } from '../../report/finding.ts';
import { rates } from '../../report/rates.ts';
import type { Snapshot } from '../../sale/check/snapshot.ts';
import { storeNamesOf } from '../../sale/deployed-quiescence.ts';
import { accepted } from './customers.ts';
import { damageViews, deleteTable } from './damage.ts';
import type { Drill, DrillSystem } from './drill.ts';
import { runRestore } from './restore-command.ts';
import { type DrillSale, openSale, settledTimes } from './sale.ts';

/** Orders per scene and second of `--seconds`; 5,000 with the default. */
const ordersPerSecond = 25;
const parallel = 16;
/** Longer than any restore here takes. */
const patienceMs = 240_000;
/** Supply as a share of the demand, so that the damage meets confirmed and rejected orders. */
const supplyShare = 0.8;
/** 35 s of them are waits, once or twice, for calls that began before the pause. */
const limits = { seconds: 180 } as const;
const maxShown = 3;

type Victim = 'orders' | 'stock' | 'views';
const victims: readonly Victim[] = ['orders', 'stock', 'views'];

/** Deletes the orders table, deletes the stock table and falsifies the views, each in the middle of a sale. */
export const restore: Drill = async (system, { seconds, say }) => {
  const scenes: Scene[] = [];
  for (const victim of victims) scenes.push(await play(system, victim, Math.round(seconds * ordersPerSecond), say));
  return {
    hypothesis:
      'After a deleted orders table, a deleted stock table and falsified views, each in the middle of a sale, one command restores every accepted order, and lists every difference.',
    findings: scenes.flatMap(judge),
    facts: scenes.flatMap(({ victim, output, orders, damaged, backupAgeMs }) => [
      [`${victim}: orders, and accepted before the damage`, `${orders}, ${damaged}`] as const,
      [`${victim}: age of the backup at the damage`, `${(backupAgeMs / 1_000).toFixed(1)} s`] as const,
      [`${victim}: output of the restore`, output.split('\n').slice(0, 2).join('; ')] as const,
    ]),
    notes: [
      'The backup is made on demand, after a third of the orders: the engine has no point-in-time recovery. Later writes come from the stream, as on AWS.',
      'The engine lets calls of the HTTP API pass a reserved concurrency of 0, unlike Lambda: customers order during the restore, and no such order may be lost either.',
      'The restore of the orders table is killed while it swaps, and run again.',
      'On AWS, restoring into new tables takes minutes to hours; the seconds here cover everything else.',
    ],
    charts: scenes.map(({ victim, begunAt, settled, span }) => ({
      title: `Orders settled: ${victim}`,
      unit: 'orders per second',
      lines: [{ name: 'settled', points: rates(settled, begunAt, 1) }],
      spans: [{ name: 'from the damage to the end of the restore', ...span }],
    })),
  };
};

interface Scene {
  readonly victim: Victim;
  readonly orders: number;
  /** Orders accepted before the damage. */
  readonly damaged: number;
  readonly backupAgeMs: number;
  /** Epoch milliseconds. */
  readonly begunAt: number;
  readonly settled: readonly number[];
  /** Seconds since the scene began. */
  readonly span: { readonly from: number; readonly to: number };
  readonly code: number | null;
  readonly output: string;
  /** Accepted orders missing from the stores at the end. */
  readonly lost: readonly string[];
  readonly kept: readonly Finding[];
}

async function play(system: DrillSystem, victim: Victim, orders: number, say: (text: string) => void): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'restore-drill-'));
  const journal = join(folder, 'restore.json');
  const units = Math.ceil(orders * supplyShare);
  const sale = await openSale(system, `restore-${victim}`, [{ name: 'lamp', units }]);
  const begunAt = Date.now();
  const limit = pLimit(parallel);
  const place = () => sale.order({ sku: sale.skus[0] ?? '', at: Date.now(), patienceMs });
  const load = Promise.all(Array.from({ length: orders }, () => limit(place)));
  try {
    const backedUpAt = await backUp(system, sale, { after: orders / 3, journal });
    await until(sale, (orders * 2) / 3);
    const damaged = accepted(sale.visits).length;
    const damagedAt = Date.now();
    await damage(system, victim, sale);
    say(`${victim}: damaged after ${damaged} of ${orders} orders`);
    const end = await recover(system, victim, journal);
    const restoredAt = Date.now();
    say(`${victim}: restored after ${((restoredAt - damagedAt) / 1_000).toFixed(1)} s`);
    await load;
    const snapshot = await sale.stores(200_000);
    return {
      ...{ victim, orders, damaged, backupAgeMs: damagedAt - backedUpAt, begunAt, code: end.code },
      output: end.stdout,
      settled: [...settledTimes(snapshot).values()],
      span: { from: (damagedAt - begunAt) / 1_000, to: (restoredAt - begunAt) / 1_000 },
      lost: findLost(sale, snapshot),
      kept: await sale.judge(snapshot),
    };
  } finally {
    limit.clearQueue();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the time of the backup, in epoch milliseconds */
async function backUp(
  system: DrillSystem,
  sale: DrillSale,
  { after, journal }: { readonly after: number; readonly journal: string },
): Promise<number> {
  await until(sale, after);
  await expectOk(await runRestore(system, ['--backup'], { journal }));
  return Date.now();
}

function findLost({ visits }: DrillSale, { orders }: Snapshot): string[] {
  const stored = new Set(orders.map(({ orderId }) => orderId));
  return accepted(visits).flatMap(({ orderId = '' }) => (stored.has(orderId) ? [] : [orderId]));
}

async function until(sale: DrillSale, orders: number): Promise<void> {
  while (accepted(sale.visits).length < orders) await sleep(50);
}

async function expectOk({ code, stderr }: { readonly code: number | null; readonly stderr: string }): Promise<void> {
  if (code !== 0) throw new CliError('restore_failed', `npm run restore ended with ${code}: ${stderr}`, 'See above.');
}

async function damage(system: DrillSystem, victim: Victim, sale: DrillSale): Promise<void> {
  const { ordersTable, stockTable, viewsTable } = storeNamesOf(system);
  if (victim === 'orders') await deleteTable(system, ordersTable);
  else if (victim === 'stock') await deleteTable(system, stockTable);
  else if ((await damageViews(system, viewsTable, sale.skus[0] ?? '')) === 0)
    throw new CliError('nothing_damaged', 'the views had no row to damage', 'Take a longer --seconds.');
}

async function recover(system: DrillSystem, victim: Victim, journal: string) {
  // Let customers run into the damage first.
  await sleep(1_000);
  const args = [...(victim === 'views' ? ['--table', 'views'] : []), '--apply'];
  if (victim === 'orders') {
    const killed = await runRestore(system, args, { journal, killAt: 'rows of orders' });
    if (killed.code !== null)
      throw new CliError(
        'not_killed',
        `the restore ended with ${killed.code}: ${killed.stderr}`,
        'It should be killed.',
      );
  }
  return runRestore(system, args, { journal });
}

function judge({ victim, orders, code, output, lost, span, kept, damaged }: Scene): Finding[] {
  const unnamed = output.split('\n').filter((line) => /^(DECIDE|WRONG): /.test(line));
  return [
    {
      what: `${victim}: accepted orders that are lost`,
      measured: `${lost.length}`,
      limit: 'none',
      holds: lost.length === 0 && orders > 0,
    },
    atLeastOne(`${victim}: orders accepted before the damage`, damaged),
    {
      what: `${victim}: differences that need a decision, or rows that are wrong`,
      measured: [`${unnamed.length}, exit code ${code}`, ...unnamed.slice(0, maxShown)].join('; '),
      limit: 'none, 0',
      holds: unnamed.length === 0 && code === 0,
    },
    {
      what: `${victim}: from the damage to the end of the restore`,
      measured: `${(span.to - span.from).toFixed(1)} s`,
      limit: `at most ${limits.seconds} s`,
      holds: span.to - span.from <= limits.seconds,
      timing: true,
    },
    ...kept.map((finding) => ({ ...finding, what: `${victim}: ${finding.what}` })),
  ];
}
