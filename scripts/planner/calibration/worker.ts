import { parentPort, workerData } from 'node:worker_threads';
import { orderLedger } from '../../../functions/adapters/aws/ledger.ts';
import { moveClock, stopClock } from '../../platform/process/stopped-clock.ts';
import type { CountedCalibration, CountedWork } from './counted.ts';
import { type Handler, type Handlers, Shop } from './shop.ts';
import { Steps } from './steps.ts';

/** Fixed time, so that caches neither expire nor depend on this machine. */
stopClock(Date.parse('2026-11-27T12:00:00.000Z'));
performance.now = () => Date.now();

async function load(service: string): Promise<Handler> {
  return ((await import(`../../../functions/${service}/aws.ts`)) as { handler: Handler }).handler;
}

const handlers: Handlers = {
  ...{ catalog: await load('catalog'), intake: await load('intake'), stock: await load('stock') },
  ...{ settlement: await load('settlement'), projection: await load('projection') },
  ...{ fulfilment: await load('fulfilment'), sweeper: await load('sweeper') },
};
/** Calls that are made once, whatever the number of rows: twice the calls of one row, minus those of two. */
function onceOf(one: CountedWork['operations'], two: CountedWork['operations']): CountedWork['operations'] {
  const calls = Object.entries(one).map(([call, count]) => [call, 2 * count - (two[call] ?? 0)] as const);
  return Object.fromEntries(calls.filter(([call]) => !call.startsWith('events.')));
}

const { shardCount, payloadBytes } = workerData as { shardCount: number; payloadBytes: number };
const steps = new Steps(new Shop(handlers, payloadBytes), { shardCount });
await steps.warmUp();
const rows = await steps.ofRows();
const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
const calibration: CountedCalibration = {
  steps: {
    ...(await steps.ofIntake()),
    ...(await steps.ofCatalog()),
    ...(await steps.ofWorkers()),
    ...(await steps.ofSweeper(moveClock)),
    ...(await steps.ofOutage()),
  },
  projectOnce: onceOf(rows.one.operations, rows.two.operations),
  groupMax: {
    unlimited: ledger.maxPerTransaction(false),
    limited: ledger.maxPerTransaction(true),
    rejected: ledger.maxRejections,
  },
  source: {
    source: 'scripts/planner/calibration: the functions over counted stores',
    date: '2026-11-27',
    mark: 'measured',
  },
};
parentPort?.postMessage(calibration);
