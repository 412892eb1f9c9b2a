import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkWithout, inCheckedCopy, quickChecks } from '../../scripts/parts/check-without.ts';
import { partNames, parts } from '../../scripts/parts/parts.ts';
import { listFiles, removePart, wasMade } from '../../scripts/parts/remove-part.ts';

const root = join(import.meta.dirname, '../..');
const part = {
  title: '',
  keep: '',
  paths: ['a', 'b/*.ts'],
  edits: [
    { file: 'list.ts', line: 'a,' },
    { file: 'list.ts', line: 'b,', to: 'c,' },
  ],
};
let folder: string;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
  write('a/deep/one.ts', '1\n2\n');
  write('b/two.ts', '1\n');
  write('b/two.md', '1\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('removes the paths of a part, and edits the lines that name it', () => {
  write('list.ts', '  a,\n  b,\n');
  expect(removePart(folder, part, [part])).toEqual({ files: 2, lines: 3, editedLines: 2 });
  expect(readFileSync(join(folder, 'list.ts'), 'utf8')).toBe('  c,\n');
  expect(listFiles(folder, ['**/*'])).toEqual(expect.arrayContaining(['b/two.md', 'list.ts']));
  expect(listFiles(folder, part.paths)).toEqual([]);
});

test.each([
  ['is missing', '  b,\n'],
  ['occurs twice', '  a,\n  a,\n  b,\n'],
])('changes nothing when a line %s', (_, text) => {
  write('list.ts', text);
  expect(() => removePart(folder, part, [part])).toThrow(/list\.ts has the line "a,"/);
  expect(listFiles(folder, part.paths)).toHaveLength(2);
  expect(readFileSync(join(folder, 'list.ts'), 'utf8')).toBe(text);
});

test('leaves out an edit that a part which is gone has made', () => {
  write('list.ts', '  b,\n');
  const gone = { ...part, paths: ['nowhere'], edits: [{ file: 'list.ts', line: 'a,' }] };
  expect(removePart(folder, part, [part, gone])).toEqual({ files: 2, lines: 3, editedLines: 1 });
  expect(readFileSync(join(folder, 'list.ts'), 'utf8')).toBe('  c,\n');
});

test.each(partNames)('%s takes at most five line edits', (name) => {
  expect(parts[name].edits.length).toBeLessThanOrEqual(5);
});

test.each(partNames.flatMap((name) => parts[name].edits.map(({ file, line }) => ({ name, file, line }))))(
  '$name finds its line in $file once: $line',
  ({ name, file, line }) => {
    // Removed with this part, or with another that took the file along.
    if (!existsSync(join(root, parts[name].paths[0])) || !existsSync(join(root, file))) return;
    if (wasMade(root, { file, line }, Object.values(parts))) return;
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    expect(lines.filter((one) => one.trim() === line)).toHaveLength(1);
  },
);

// `npm run parts -- --check` does so with every part and every check. The types of the clouds reach most of the others.
test('types of the clouds and layers hold without Azure', async (context) => {
  context.skip(inCheckedCopy in process.env, 'the project that made this copy runs it');
  context.skip(listFiles(root, parts.azure.paths).length === 0, 'the project is without Azure');
  const checks = quickChecks.filter(({ name }) => name !== 'types');
  expect(checks).toHaveLength(2);
  expect((await checkWithout(root, 'azure', checks)).failures).toEqual([]);
}, 120_000);
