import { parentPort, workerData } from 'node:worker_threads';
import { orderLedger } from '../../../functions/adapters/aws/ledger.ts';
import type { CountedCalibration } from './counted.ts';
import { type Handler, type Handlers, Shop } from './shop.ts';
import { Steps } from './steps.ts';

/** The functions' clock: it stands still, so that what they cache by time neither expires nor depends on this machine. */
let nowMs = Date.parse('2026-11-27T12:00:00.000Z');
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given: [] | [number | string]) {
    super(given[0] ?? nowMs);
  }

  static override now(): number {
    return nowMs;
  }
} as DateConstructor;
performance.now = () => nowMs;
// A random wait has more or fewer digits in a log line.
Math.random = () => 0.5;

async function load(service: string): Promise<Handler> {
  return ((await import(`../../../functions/${service}/aws.ts`)) as { handler: Handler }).handler;
}

const handlers: Handlers = {
  ...{ catalog: await load('catalog'), intake: await load('intake'), stock: await load('stock') },
  ...{ settlement: await load('settlement'), projection: await load('projection') },
  ...{ fulfilment: await load('fulfilment'), sweeper: await load('sweeper') },
};
const { shardCount } = workerData as { shardCount: number };
const steps = new Steps(new Shop(handlers), { shardCount });
await steps.warmUp();
const ledger = orderLedger({ orders: 'orders', stock: 'stock' });
const calibration: CountedCalibration = {
  steps: {
    ...(await steps.ofIntake()),
    ...(await steps.ofCatalog()),
    ...(await steps.ofWorkers()),
    ...(await steps.ofSweeper((ms) => {
      nowMs += ms;
    })),
    ...(await steps.ofOutage()),
  },
  groupMax: { unlimited: ledger.maxPerTransaction(false), limited: ledger.maxPerTransaction(true) },
  source: {
    source: 'scripts/planner/calibration: the functions over counted stores',
    date: '2026-11-27',
    mark: 'measured',
  },
};
parentPort?.postMessage(calibration);
