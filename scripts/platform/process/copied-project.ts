import { cpSync, globSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** What is installed or built, and is not the project. */
const left = ['node_modules', '.git', '.build', '.local', 'cdk.out', 'cdktf.out', 'coverage'];

/** Copies a project into a new temporary folder, and links its installed packages. @returns the folder */
export function copyProject(from: string, prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  cpSync(from, folder, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  for (const packages of globSync(['node_modules', '{functions,scripts,stacks}/**/node_modules'], {
    cwd: from,
    exclude: (path) => /node_modules.+/.test(path),
  }))
    symlinkSync(join(from, packages), join(folder, packages), 'dir');
  return folder;
}
