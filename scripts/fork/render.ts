// Makes a fork's first version out of this version's files, in their own folder: node scripts/fork/render.ts ANSWERS
// It imports no package. An upgrade runs it in a version's bare files: each version renders itself.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromStored, type StoredAnswers } from './answers.ts';
import { drop } from './drop.ts';
import { toRename } from './rename.ts';

const folder = join(import.meta.dirname, '../..');
const { names, dropped } = fromStored(JSON.parse(process.argv[2] ?? '') as StoredAnswers);
drop(folder, dropped);
const rename = toRename(names);
for (const path of listFiles(folder)) {
  const bytes = readFileSync(join(folder, path));
  const isText = !bytes.includes(0);
  const renamed = rename(path, isText ? bytes.toString() : '');
  if (isText && renamed.text !== bytes.toString()) writeFileSync(join(folder, path), renamed.text);
  if (renamed.path !== path) move(path, renamed.path);
}

function listFiles(root: string, below = ''): string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

/** Deletes folders that the move leaves empty. */
function move(from: string, to: string): void {
  mkdirSync(dirname(join(folder, to)), { recursive: true });
  renameSync(join(folder, from), join(folder, to));
  for (let left = dirname(from); left !== '.' && readdirSync(join(folder, left)).length === 0; left = dirname(left))
    rmSync(join(folder, left), { recursive: true });
}
