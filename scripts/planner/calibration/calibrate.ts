import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectFolder } from '../../../stacks/build/folders.ts';
import { metricsNamespace } from '../../../stacks/model/names.ts';
import { tableVariables } from '../../../stacks/model/table-variables.ts';
import type { CountedCalibration } from './counted.ts';

export interface CalibrationOptions {
  /** Shards of a product. A snapshot reads each of them. */
  readonly shardCount?: number;
  /** Bytes that an order holds beyond what the code writes. */
  readonly payloadBytes?: number;
  /** Folder that caches the counts, under a hash of all their sources. */
  readonly cacheFolder?: string;
}

const defaultShards = 20;

/** Work of the functions for an order in each state: counted, or cached from an earlier run of the same code. */
export function calibrate({
  shardCount = defaultShards,
  payloadBytes = 0,
  cacheFolder = join(projectFolder, '.local', 'planner'),
}: CalibrationOptions = {}): Promise<CountedCalibration> {
  const name = `calibration-${hashSources(sources, shardCount)}${payloadBytes > 0 ? `-${payloadBytes}` : ''}`;
  return keepCounts(name, cacheFolder, () => count(shardCount, payloadBytes));
}

/** Counts, or returns the cached counts of an earlier run under the same name. */
export async function keepCounts<Counts>(name: string, folder: string, run: () => Promise<Counts>): Promise<Counts> {
  const path = join(folder, `${name}.json`);
  const kept = readKept<Counts>(path);
  if (kept) return kept;
  const counts = await run();
  mkdirSync(folder, { recursive: true });
  // Written to a temporary name first, so that a killed run leaves no partial file.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(counts));
  renameSync(temporary, path);
  return counts;
}

function readKept<Counts>(path: string): Counts | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Counts;
  } catch {
    // Missing, or not written by this command: count again.
    return undefined;
  }
}

const sources = [
  'functions/**/*.ts',
  'scripts/dynamodb/*.ts',
  'scripts/planner/calibration/*.ts',
  'stacks/model/services.ts',
  'package-lock.json',
];

/** A hash of the code that determines the counts. */
export function hashSources(sources: readonly string[], shardCount: number): string {
  const exclude = (name: string) => name.includes('node_modules');
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: projectFolder, exclude })).toSorted();
  const hash = createHash('sha256').update(String(shardCount));
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(projectFolder, file)));
  return hash.digest('hex').slice(0, 16);
}

export function count(shardCount: number, payloadBytes = 0): Promise<CountedCalibration> {
  return countInThread(new URL('./worker.ts', import.meta.url), { shardCount, payloadBytes }, env);
}

/**
 * Runs the entries of all functions over counted stores, in a separate thread: they read their environment on load, and
 * keep it. The same code gives the same counts.
 */
export async function countInThread<Counts>(
  file: URL,
  workerData: { readonly shardCount: number; readonly payloadBytes?: number },
  settings: Readonly<Record<string, string>>,
): Promise<Counts> {
  const worker = new Worker(file, { workerData, env: settings, execArgv: [] });
  try {
    const [counts] = (await once(worker, 'message')) as [Counts];
    return counts;
  } finally {
    await worker.terminate();
  }
}

/** Environment of every cloud's functions. */
export const commonEnv = {
  ...{ PARTNER_URL: 'https://partner.example.com', PARTNER_SECRET: 'partner-signing-key', STAGE: 'prod' },
  ...{ CACHE_BROWSER_SECONDS: '0', CACHE_EDGE_SECONDS: '10', CACHE_STALE_SECONDS: '30', CACHE_ERROR_SECONDS: '300' },
  // Disables the functions' own caches, because a cached read is no work. The model knows the hit rate.
  ...{ CACHE_FUNCTION_MS: '0', CANCELLABLE_MS: '0', GIVE_UP_MS: '86400000', BREAKER_OPEN_MS: '20000' },
  ...{ STUCK_MS: '900000', LOG_LEVEL: 'INFO', POWERTOOLS_METRICS_NAMESPACE: metricsNamespace('prod') },
  POWERTOOLS_SERVICE_NAME: 'calibration',
};

const env = {
  ...commonEnv,
  ...tableVariables,
  ...{ BUS_NAME: 'events', DEAD_LETTER_URL: 'order-requests-dlq' },
  ...{ ORDER_QUEUE_URL: 'order-requests', FULFILMENT_QUEUE_URL: 'fulfilment-requests', AWS_REGION: 'eu-central-1' },
};
