import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { countInThread, hashSources, keepCounts } from '../calibration/calibrate.ts';
import type { CloudCalibration } from './calibration/work.ts';

interface CountOptions {
  readonly shardCount: number;
  readonly cacheFolder: string;
  readonly env: Readonly<Record<string, string>>;
}

const sources = [
  'functions/**/*.ts',
  'scripts/planner/calibration/*.ts',
  'scripts/planner/clouds/**/*.ts',
  'stacks/model/clouds/*.ts',
  'package-lock.json',
];

/** A cloud's work per order: counted in a thread, or cached from an earlier run of the same code. */
export function countCloud(worker: string, { shardCount, cacheFolder, env }: CountOptions): Promise<CloudCalibration> {
  const name = `calibration-${basename(dirname(worker))}-${hashSources(sources, shardCount)}`;
  return keepCounts(name, cacheFolder, () => countInThread(pathToFileURL(worker), { shardCount }, env));
}
