import { cpSync, globSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const left = new Set(['node_modules', '.git', '.build', '.local', 'cdk.out', 'cdktf.out', 'coverage']);

/** Copies the project into a temporary folder; installed packages are linked, what builds left behind stays. */
export function copyProject(from: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'without-a-part-'));
  cpSync(from, folder, { recursive: true, filter: (path) => !left.has(relative(dirname(path), path)) });
  for (const packages of [
    'node_modules',
    ...globSync('{stacks,functions,scripts}/**/package.json', { cwd: from }).map(beside),
  ])
    linkIfThere(join(from, packages), join(folder, packages));
  return folder;
}

const beside = (file: string): string => join(dirname(file), 'node_modules');

function linkIfThere(from: string, to: string): void {
  try {
    symlinkSync(from, to, 'dir');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
