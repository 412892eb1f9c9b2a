import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { exceptions, generic, replaced, roomOf, tables } from '../../scripts/imports/business.ts';
import { parts } from '../../scripts/parts/parts.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/another-workload.md'), 'utf8');
const files = globSync('{functions,stacks,scripts,storefront}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: ['**/node_modules'],
});
const known = new Set(files);
/** A fork may have removed a listed path, and with it the reason for an exception. */
const wholeProject = Object.values(parts).every(({ paths: [folder] }) => existsSync(join(root, folder)));

/** The project's own files that a file imports. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, path = '']) => normalize(join(dirname(file), path)))
    .filter((path) => known.has(path));
}

const staying = files.filter((file) => roomOf(file) === 'generic');
const impure = staying.filter((file) => importsOf(file).some((path) => !['generic', 'table'].includes(roomOf(path))));

test('kept files import nothing of the shop, except for the named exceptions', () => {
  expect(staying.length).toBeGreaterThan(100);
  const named: readonly string[] = exceptions.map(({ file }) => file);
  expect(impure.filter((file) => !named.includes(file))).toEqual([]);
  // An obsolete exception would hide a new violation.
  if (wholeProject) expect(named.filter((file) => !impure.includes(file))).toEqual([]);
});

test('each exception has its reason', () => {
  expect(exceptions.filter(({ why }) => why.length < 10)).toEqual([]);
});

const aPartIsGone = 'the project leaves out some parts';

test('each path that is named exists', (context) => {
  context.skip(!wholeProject, aPartIsGone);
  const paths = [...generic, ...tables, ...replaced, ...exceptions.map(({ file }) => file)];
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the most specific path decides the kind of a file', () => {
  expect(roomOf('functions/contracts/rows.ts')).toBe('replaced');
  expect(roomOf('functions/contracts/route.ts')).toBe('generic');
  expect(roomOf('functions/contracts/routes.ts')).toBe('table');
  expect(roomOf('scripts/platform/partner/book.ts')).toBe('replaced');
  expect(roomOf('scripts/commands/run/demo.ts')).toBe('other');
});

test('the page names the replaced paths, the tables and the kept paths', (context) => {
  context.skip(!wholeProject, aPartIsGone);
  const below = (heading: string) => {
    const [, section = ''] = page.split(`\n## ${heading}\n`);
    return [...(section.split('\n## ')[0] ?? '').matchAll(/`((?:functions|stacks|scripts|storefront)\/[\w./-]*)`/g)]
      .map(([, path]) => path)
      .sort();
  };
  expect(below('Replaced')).toEqual([...replaced].sort());
  expect(below('Tables')).toEqual([...tables].sort());
  expect(below('Stays')).toEqual([...generic].sort());
  expect(below('Not apart yet')).toEqual(exceptions.map(({ file }) => file).sort());
});
