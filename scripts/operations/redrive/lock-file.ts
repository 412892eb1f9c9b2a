import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { isAlive } from '../../platform/process/running.ts';

/** Allows one process at a time: a second one would mistake the first one's sends for those of a killed run. */
export function lockFile(path: string): Disposable {
  mkdirSync(dirname(path), { recursive: true });
  const take = () => writeFileSync(path, String(process.pid), { flag: 'wx' });
  try {
    take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(path, 'utf8'));
    if (holder && isAlive(holder))
      throw new CliError(
        'already_running',
        `process ${holder} is using the same audit file`,
        `Wait for it to end. If process ${holder} is not a redrive or a restore: rm ${path}`,
      );
    rmSync(path, { force: true });
    take();
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}
