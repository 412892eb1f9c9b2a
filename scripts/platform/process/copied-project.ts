import { cpSync, globSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Folders that are installed or built, and not part of the project. */
const left = ['node_modules', '.git', '.build', '.local', 'cdk.out', 'cdktf.out', 'coverage'];

/** Programs below `.local` that are installed once, in a folder named after their version. */
const installed = ['actionlint', 'cfn-lint', 'engine', 'prometheus'];

/**
 * Copies a project into a new temporary folder, and links its installed packages and programs. If a copy is the first
 * to need a program, it is installed for the project too. @returns the folder
 */
export function copyProject(from: string, prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  cpSync(from, folder, { recursive: true, filter: (path) => !left.includes(basename(path)) });
  const packages = globSync(['node_modules', '{functions,scripts,stacks}/**/node_modules'], {
    cwd: from,
    exclude: (path) => /node_modules.+/.test(path),
  });
  const programs = installed.map((name) => join('.local', name));
  for (const path of programs) mkdirSync(join(from, path), { recursive: true });
  mkdirSync(join(folder, '.local'));
  for (const path of [...packages, ...programs]) symlinkSync(join(from, path), join(folder, path), 'dir');
  return folder;
}
