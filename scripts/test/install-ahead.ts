import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ExtraPackages } from '../platform/process/extra-packages.ts';

/**
 * Installs the packages in a separate thread, one after the other, because the installer blocks its thread for half a
 * minute. On failure, the step that needs the packages installs again and reports the error.
 */
export function installAhead(names: readonly ExtraPackages[]): (name: ExtraPackages) => Promise<void> {
  const installed = new Map<ExtraPackages, Promise<void>>();
  let before = Promise.resolve();
  for (const name of names) {
    before = before.then(() => install(name));
    installed.set(name, before);
  }
  return async (name) => installed.get(name);
}

async function install(name: ExtraPackages): Promise<void> {
  const worker = new Worker(new URL('./install-worker.ts', import.meta.url), { workerData: name });
  await once(worker, 'exit').catch(() => {});
}
