import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const commands = globSync(join(import.meta.dirname, '../../scripts/commands/*/*.ts'));

// A command runs at its `await runMain`: values declared below are not initialized yet.
test.each(commands.map((file) => [basename(file), file]))('%s declares its values before it runs', (_, file) => {
  const [, below = ''] = readFileSync(file, 'utf8').split(/^await runMain\(/m);
  expect(below.match(/^(?:export )?(?:const|let|class) .*/gm)).toBe(null);
});

const root = join(import.meta.dirname, '../..');

// Neither the compiler nor the import rules see a computed path.
const computed = commands.flatMap((file) => {
  const paths = [...readFileSync(file, 'utf8').matchAll(/import\(\s*`([^`]+)`/g)];
  const clouds = ['azure', 'google'].filter((cloud) => existsSync(join(root, 'scripts/clouds', cloud)));
  return paths.flatMap(([, path = '']) =>
    clouds.map((cloud) => [basename(file), join(dirname(file), path.replace(/\$\{cloud\}/, cloud))] as const),
  );
});

test.each(computed)('%s finds what it imports for a cloud: %s', (_, path) => {
  expect(existsSync(path)).toBe(true);
});

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const guide = readFileSync(join(root, 'docs/commands.md'), 'utf8');
const flagsIn = (text: string): string[] => [...new Set(text.match(/--[a-z][a-z-]*/g))].sort();
/** The rows of the guide's table of commands: name and options. */
const rows = new Map(
  [...guide.matchAll(/^\| `([\w:-]+)[^`]*` \| (.*) \| .* \|$/gm)].map(([, name, row]) => [name, row]),
);
const ownScripts = Object.entries(scripts).flatMap(([name, line]) => {
  const file = /^node scripts\/run\.mjs ([a-z-]+\/[a-z-]+)$/.exec(line)?.[1];
  const path = join(root, 'scripts/commands', `${file}.ts`);
  // A fork that removed a part keeps the scripts of its commands.
  return file && existsSync(path) ? [[name, path] as const] : [];
});

test('the guide to the commands has a row for each npm script, and no other', () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(scripts).sort());
});

test.each(ownScripts)('the guide and --help give the options that %s accepts', (name, file) => {
  const source = readFileSync(file, 'utf8');
  const [, help = ''] = /^const usage = `([\s\S]*?)`;$/m.exec(source) ?? [];
  const explained = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
  const accepted = [...source.matchAll(/'?([\w-]+)'?: \{ type: '(?:string|boolean)'/g)].map(([, flag]) => `--${flag}`);
  expect(explained.sort()).toEqual([...new Set([...accepted, '--help'])].sort());
  expect([...flagsIn(rows.get(name) ?? ''), '--help'].sort()).toEqual(explained);
});
