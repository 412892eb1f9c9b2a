import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTree, type Tree, writeTree } from '../../stacks/build/write-tree.ts';

function emptyFolder(): { readonly around: string; readonly folder: string } {
  const around = mkdtempSync(join(tmpdir(), 'write-tree-'));
  onTestFinished(() => rmSync(around, { recursive: true }));
  const folder = join(around, 'folder');
  mkdirSync(folder);
  return { around, folder };
}

const tree = (files: Readonly<Record<string, string>>): Tree =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

test('makes the folder hold exactly these files, and leaves no temporary files', () => {
  const { around, folder } = emptyFolder();
  writeFileSync(join(folder, 'old.js'), 'old');
  const wanted = tree({ 'index.js': 'new', [join('site', 'index.html')]: '<p>' });
  writeTree(folder, wanted);
  expect(readTree(folder)).toEqual(wanted);
  expect(readdirSync(around)).toEqual(['folder']);
});

test('leaves unchanged files alone, because another process may be reading them', () => {
  const { folder } = emptyFolder();
  writeTree(folder, tree({ 'same.js': 'same', 'other.js': 'before' }));
  const longAgo = new Date(1_000_000);
  for (const name of ['same.js', 'other.js']) utimesSync(join(folder, name), longAgo, longAgo);
  writeTree(folder, tree({ 'same.js': 'same', 'other.js': 'after' }));
  expect(statSync(join(folder, 'same.js')).mtime).toEqual(longAgo);
  expect(statSync(join(folder, 'other.js')).mtime).not.toEqual(longAgo);
  expect(readTree(folder)).toEqual(tree({ 'same.js': 'same', 'other.js': 'after' }));
});
