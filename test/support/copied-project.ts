import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const copied = [
  'functions',
  'stacks',
  'scripts',
  'storefront',
  'test',
  'package.json',
  'package-lock.json',
  'cdk.json',
  'tsconfig.json',
];

/** Skips the other clouds' packages, which are installed next to their code. */
const filter = (path: string) => basename(path) !== 'node_modules';

/** A copy of the project whose files a test may change. It shares the installed packages and the engine. */
export function copyProject(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'copied-project-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true, filter });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  mkdirSync(join(folder, '.local'));
  symlinkSync(join(root, '.local', 'engine'), join(folder, '.local', 'engine'), 'dir');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
