import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { type PartName, parts } from '../parts/parts.ts';
import { removePart } from '../parts/remove-part.ts';
import { pruneDocuments } from './documents.ts';

/** The code that makes forks. A fork updates with `scripts/upgrade`, which runs this code of the later version. */
const forkMaker = [
  'scripts/fork',
  'scripts/commands/maintain/{fork,fork-check}.ts',
  'test/unit/fork',
  'docs/forking.md',
  'docs/decisions/031-a-version-renders-its-fork.md',
];

export const isForkMaker = (path: string): boolean =>
  forkMaker.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));

/** Removes the parts from a folder, with all references to them: scripts, packages, workflows, documents. */
export function drop(folder: string, dropped: readonly PartName[]): void {
  for (const part of dropped) removePart(folder, parts[part], Object.values(parts));
  for (const path of forkMaker.flatMap((pattern) => globSync(pattern, { cwd: folder })))
    rmSync(join(folder, path), { recursive: true, force: true });
  dropFromWorkflows(folder, dropped);
  editManifest(folder);
  pruneDocuments(folder, dropped);
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function editManifest(folder: string): void {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const scripts = select(manifest.scripts, (_, line) => canRun(folder, line));
  const sources = readSources(folder);
  const isUsed = (name: string) =>
    usesPackage(name, sources, scripts) || usesPackage(name.replace(/^@types\//, ''), sources, scripts);
  const edited = {
    ...manifest,
    scripts,
    dependencies: select(manifest.dependencies, isUsed),
    devDependencies: select(manifest.devDependencies, isUsed),
  };
  writeFileSync(file, `${JSON.stringify(edited, null, 2)}\n`);
}

const select = (
  all: Readonly<Record<string, string>>,
  keep: (name: string, value: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(all).filter(([name, value]) => keep(name, value)));

function canRun(folder: string, line: string): boolean {
  const command = /^node scripts\/run\.mjs ([\w/-]+)/.exec(line)?.[1];
  if (command === undefined) return !line.startsWith('cdk ') || existsSync(join(folder, 'cdk.json'));
  const iac = /--iac (\w+)/.exec(line)?.[1];
  return (
    existsSync(join(folder, 'scripts/commands', `${command}.ts`)) &&
    (iac === undefined || existsSync(join(folder, 'stacks', iac)))
  );
}

/** Tools that no source imports. */
const tools = ['node', 'typescript', '@swc/core', '@types/node', '@types/aws-lambda'];
const lists = [
  ...['scripts/imports/rules.ts', 'scripts/imports/script-rules.ts', 'scripts/imports/layers.ts'],
  ...['test/unit/imports.test.ts', 'biome.json'],
];

function readSources(folder: string): string {
  const files = globSync('{functions,stacks,scripts,examples,storefront,test}/**/*.{ts,tsx,mjs,js}', {
    cwd: folder,
    exclude: (path) => path.includes('node_modules'),
  });
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return [...files.filter((path) => !lists.includes(path)).sort(), 'vitest.config.ts'].map(read).join('\n');
}

/** Whether the package is imported, run by a script, or found by its folder. */
function usesPackage(name: string, sources: string, scripts: Readonly<Record<string, string>>): boolean {
  const bare = name.split('/')[0] === '@biomejs' ? 'biome' : name;
  return (
    tools.includes(name) ||
    ["'", '"', '`'].some((quote) =>
      [`${quote}${name}${quote}`, `${quote}${name}/`].some((text) => sources.includes(text)),
    ) ||
    sources.includes(`node_modules/${name}`) ||
    Object.values(scripts).some((line) => line.split(/[\s&]+/).includes(bare))
  );
}

function dropFromWorkflows(folder: string, dropped: readonly PartName[]): void {
  const clouds = ['aws', 'azure', 'google'].filter((cloud) => !dropped.some((part) => part === cloud));
  edit(join(folder, '.github/workflows/terraform.yml'), (text) =>
    text.replace('options: [aws, azure, google]', `options: [${clouds.join(', ')}]`),
  );
  edit(join(folder, '.github/dependabot.yml'), (text) =>
    text.replace(/directories: \[(.*)\]/g, (_, list: string) => {
      const left = list.split(', ').filter((one) => existsSync(join(folder, one.slice(1))));
      return `directories: [${left.join(', ')}]`;
    }),
  );
}

function edit(file: string, change: (text: string) => string): void {
  if (existsSync(file)) writeFileSync(file, change(readFileSync(file, 'utf8')));
}
