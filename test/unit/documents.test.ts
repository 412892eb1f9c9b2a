import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parts } from '../../scripts/parts/parts.ts';
import { wasRemoved } from '../../scripts/parts/remove-part.ts';

const root = join(import.meta.dirname, '../..');
const documents = globSync('{*.md,docs/**/*.md}', { cwd: root });
/** A fork that removed a part keeps the pages that mention it. */
const isExcused = (path: string) => wasRemoved(root, path, Object.values(parts));
/** The changelog uses the folder names of each version. */
const isHistory = (document: string, path: string) => document === 'CHANGELOG.md' && extname(path) === '';
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');

function brokenLinks(document: string): string[] {
  return [...read(document).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].flatMap(
    ([link, path = '', anchor]) => {
      const target = path === '' ? document : join(dirname(document), path);
      if (!existsSync(join(root, target))) return isExcused(target) ? [] : [link];
      const anchors = anchor ? [...read(target).matchAll(/^#+ (.+)$/gm)].map((match) => toAnchor(match[1] ?? '')) : [];
      return anchor && !anchors.includes(anchor) ? [link] : [];
    },
  );
}

test.each(documents)('%s has no broken links', (document) => {
  expect(brokenLinks(document)).toEqual([]);
});

test.each(documents)('%s names only existing files and folders', (document) => {
  const named = [...read(document).matchAll(/`((?:functions|stacks|scripts|storefront|test|docs)\/[\w./-]*)`/g)];
  const missing = named
    .map((match) => match[1] ?? '')
    .filter((path) => !existsSync(join(root, path)) && !isExcused(path) && !isHistory(document, path));
  expect(missing).toEqual([]);
});

// The changelog mentions commands that may be gone by now.
const current = documents.filter((document) => document !== 'CHANGELOG.md');

test.each(current)('%s names only existing npm scripts', (document) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
