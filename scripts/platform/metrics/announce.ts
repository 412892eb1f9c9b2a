import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { localFolder } from '../process/paths.ts';
import { isAlive } from '../process/running.ts';

/** Folder from which `observability/prometheus.yml` discovers this machine's platforms, one file each. */
export const targetsFolder = join(localFolder, 'metrics');

/** Announces this process's metrics URL to Prometheus until the process exits. */
export function announceTarget(metricsUrl: string, stage: string, folder = targetsFolder): void {
  mkdirSync(folder, { recursive: true });
  // A killed process leaves its file behind.
  for (const file of readdirSync(folder))
    if (!isAlive(Number(basename(file, '.json')))) rmSync(join(folder, file), { force: true });
  const file = join(folder, `${process.pid}.json`);
  const targets = [{ targets: [new URL(metricsUrl).host], labels: { stage } }];
  writeFileSync(file, `${JSON.stringify(targets)}\n`);
  process.once('exit', () => rmSync(file, { force: true }));
}
