import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { moveClock, stopClock } from '../../../platform/process/stopped-clock.ts';
import { Steps } from '../../calibration/steps.ts';
import { type CloudFlow, CloudShop } from './cloud-shop.ts';
import type { CloudCalibration } from './work.ts';

const functions = new URL('../../../../functions/', import.meta.url).href;

/** Replacement modules, by the end of the import specifier that they replace. */
export type StandIns = Readonly<Record<string, URL>>;

const services = ['catalog', 'intake', 'stock', 'settlement', 'projection', 'fulfilment', 'sweeper'];

/** Loads the functions of one cloud over its stand-ins, runs every step, and posts the counts to the parent thread. */
export async function countSteps(file: string, standIns: StandIns, flow: CloudFlow): Promise<void> {
  stopClock(Date.parse('2026-11-27T12:00:00.000Z'));
  performance.now = () => Date.now();
  const identity = new URL('host.ts', import.meta.url);
  const all = Object.entries({ ...standIns, '/runtime/identity.ts': identity });
  registerHooks({
    resolve(specifier, context, next) {
      const standIn = context.parentURL?.startsWith(functions)
        ? all.find(([end]) => specifier.endsWith(end))?.[1]
        : undefined;
      return standIn ? { url: standIn.href, shortCircuit: true } : next(specifier, context);
    },
  });
  for (const service of services) await import(`${functions}${service}/${file}`);
  const { shardCount } = workerData as { shardCount: number };
  const steps = new Steps(new CloudShop(flow), { shardCount });
  await steps.warmUp();
  const calibration: CloudCalibration = {
    steps: {
      ...(await steps.ofIntake()),
      ...(await steps.ofCatalog()),
      ...(await steps.ofWorkers()),
      ...(await steps.ofSweeper(moveClock)),
      ...(await steps.ofOutage()),
    },
    source: {
      source: 'scripts/planner/clouds: the functions over counted stores',
      date: '2026-11-27',
      mark: 'measured',
    },
  };
  parentPort?.postMessage(calibration);
}
