import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTraceable, packageOptions, startOf } from '../../../stacks/build/bundle.ts';
import { runtimeFlags } from '../../../stacks/build/code-cache/code-cache.ts';
import { firstEnvironment } from '../../../stacks/build/code-cache/first-calls.ts';
import { coreShare } from '../model/functions/durations.ts';
import type { Curve, Point } from './curve.ts';
import { batchOf, startStores } from './stores.ts';
import { describeMachine, type Throttle } from './throttle.ts';

/** Functions that process an order. */
export const tunedServices = ['catalog', 'intake', 'settlement', 'projection', 'fulfilment'] as const;
export type TunedService = (typeof tunedServices)[number];

const isBatched = (service: TunedService) => !['catalog', 'intake'].includes(service);

export interface TuneOptions {
  readonly sizesMb: readonly number[];
  readonly calls: number;
  readonly batchSize: number;
}

/** Calls at full speed, until V8 has compiled the hot code. */
const warmCalls = 60;

/** Runs the deployed packages warm, each in a process that is throttled to the share of each size in turn. */
export async function measureCurve(
  { sizesMb, calls, batchSize }: TuneOptions,
  throttle: Throttle,
  onDone: (done: number) => void,
): Promise<Curve> {
  const folder = mkdtempSync(join(tmpdir(), 'tune-'));
  const stores = await startStores();
  const services: Partial<Record<TunedService, Point[]>> = {};
  try {
    const entries = await buildPackages(folder);
    let done = 0;
    for (const service of tunedServices) {
      stores.serve(service);
      const environment = await start(entries(service), firstEnvironment(service, stores.url));
      services[service] = await measureSizes(environment, service, { sizesMb, calls, batchSize }, throttle, () =>
        onDone(++done),
      ).finally(() => environment.kill('SIGKILL'));
    }
    return { throttle: throttle.name, machine: describeMachine(), batchSize, services };
  } finally {
    await stores.close();
    rmSync(folder, { recursive: true });
  }
}

async function measureSizes(
  environment: ChildProcess,
  service: TunedService,
  { sizesMb, calls, batchSize }: TuneOptions,
  throttle: Throttle,
  onSize: () => void,
): Promise<Point[]> {
  await time(environment, batchOf(service, isBatched(service) ? batchSize : 1), warmCalls);
  const points: Point[] = [];
  for (const memoryMb of sizesMb) {
    const release = throttle.hold(environment.pid ?? 0, coreShare(memoryMb));
    points.push({ memoryMb, ...(await timeBatches(environment, { service, calls, batchSize }).finally(release)) });
    onSize();
  }
  return points;
}

async function buildPackages(folder: string): Promise<(service: TunedService) => string> {
  const built = await buildTraceable({ ...packageOptions(tunedServices), outdir: folder });
  for (const service of tunedServices) {
    const own = join(folder, service);
    const { file, code } = built(own, `${service}-aws`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, file), code);
    writeFileSync(join(own, 'index.mjs'), startOf(file));
  }
  return (service) => join(folder, service, 'index.mjs');
}

async function start(entry: string, env: Record<string, string>): Promise<ChildProcess> {
  const environment = fork(join(import.meta.dirname, 'child.mjs'), [entry], {
    ...{ env: { ...env, PATH: process.env.PATH }, execArgv: runtimeFlags },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(environment);
  return environment;
}

/** Rejects when the process exits, because it would never answer. */
async function nextMessage(environment: ChildProcess): Promise<Answer> {
  const abort = new AbortController();
  const { signal } = abort;
  try {
    return await Promise.race([
      once(environment, 'message', { signal }).then(([message]) => message as Answer),
      once(environment, 'exit', { signal }).then(([code]) => {
        throw new Error(`tune: a function's process ended with exit code ${code}; see its output above`);
      }),
    ]);
  } finally {
    abort.abort();
  }
}

interface Answer {
  readonly measured?: readonly Timed[];
  readonly error?: string;
}

/** Times batches of one and of many orders, which give the time per batch and the time per order. */
async function timeBatches(
  environment: ChildProcess,
  { service, calls, batchSize }: { service: TunedService; calls: number; batchSize: number },
): Promise<Omit<Point, 'memoryMb'>> {
  const one = await time(environment, batchOf(service, 1), calls);
  if (!isBatched(service)) return { perBatchMs: one.ms, perOrderMs: 0, cpuMs: one.cpuMs };
  const many = await time(environment, batchOf(service, batchSize), calls);
  const perOrderMs = Math.max(0, (many.ms - one.ms) / (batchSize - 1));
  return { perBatchMs: Math.max(0, one.ms - perOrderMs), perOrderMs, cpuMs: many.cpuMs };
}

interface Timed {
  readonly ms: number;
  readonly cpuMs: number;
}

async function time(environment: ChildProcess, event: object, calls: number): Promise<Timed> {
  environment.send({ event, calls });
  const { measured, error } = await nextMessage(environment);
  if (!measured) throw new Error(`tune: ${error}`);
  return { ms: medianOf(measured.map(({ ms }) => ms)), cpuMs: medianOf(measured.map(({ cpuMs }) => cpuMs)) };
}

const medianOf = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
