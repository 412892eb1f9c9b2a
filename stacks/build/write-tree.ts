import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Paths below a folder, and the files' contents. */
export type Tree = ReadonlyMap<string, Uint8Array>;

/**
 * Makes a folder hold exactly these files. Unchanged files are left alone, changed ones are replaced atomically:
 * two processes building the same folder never see each other's partial files.
 */
export function writeTree(folder: string, tree: Tree): void {
  // Beside the folder, so that readers never see the temporary file.
  const unfinished = `${folder}.unfinished-${process.pid}`;
  for (const [path, content] of tree) {
    const file = join(folder, path);
    if (existsSync(file) && readFileSync(file).equals(content)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  }
  for (const path of readTree(folder).keys()) if (!tree.has(path)) rmSync(join(folder, path), { force: true });
}

export function readTree(folder: string): Tree {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

/** SHA-256 of the paths and contents of all files, in hex. */
export function fingerprint(tree: Tree): string {
  const hash = createHash('sha256');
  const files = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  return hash.digest('hex');
}
