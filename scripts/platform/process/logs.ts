import { copyFileSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { localFolder } from './paths.ts';

export async function lastLines(file: string, count = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-count).join('\n');
}

/** Copies a log out of the run's temporary folder, and returns the new path. */
export function keepLog(file: string): string {
  const folder = join(localFolder, 'logs');
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, basename(file));
  copyFileSync(file, kept);
  return kept;
}
