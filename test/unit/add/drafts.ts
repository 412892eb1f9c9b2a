import { existsSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { readFrom } from '../../../scripts/add/add.ts';
import { Draft } from '../../../scripts/add/draft.ts';
import { findKept, type Kept } from '../../../scripts/add/kept.ts';
import { type PartName, parts } from '../../../scripts/parts/parts.ts';
import { wasRemoved } from '../../../scripts/parts/remove-part.ts';

export const root = join(import.meta.dirname, '../../..');
export const keeps = (path: string): boolean => existsSync(join(root, path));
const isGone = (path: string) => wasRemoved(root, path, Object.values(parts));

type Add = (draft: Draft, kept: Kept) => void;

/** An addition to this project, without a question about room, which a project may have used up. */
export function draft(add: Add): Draft {
  const added = new Draft(readFrom(root), isGone);
  add(added, findKept(root));
  return added;
}

/** An addition to the project with these files changed. */
export function draftAfter(files: ReadonlyMap<string, string>, add: Add): Draft {
  const second = new Draft((path) => files.get(path) ?? readFrom(root)(path), isGone);
  add(second, findKept(root));
  return second;
}

/** An addition to the project without a part. @returns with those of the part's files that it touches */
export function draftWithout(part: PartName, add: Add): { readonly files: Draft['files']; readonly touched: string[] } {
  const isLeftOut = (path: string) =>
    isGone(path) ||
    parts[part].paths.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));
  const read = readFrom(root);
  const added = new Draft((path) => (isLeftOut(path) ? undefined : read(path)), isLeftOut);
  add(added, { ...findKept(root), [part]: false });
  return { files: added.files, touched: [...added.files.keys()].filter(isLeftOut) };
}
