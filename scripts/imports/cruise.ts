import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { cruiseOptions, rules } from './rules.ts';

/** The trees that the rules are about. */
const trees = ['functions', 'stacks', 'scripts', 'examples', 'test', 'storefront'];

export interface ImportReport {
  readonly files: number;
  readonly imports: number;
  /** Imports between files of the project: from, to. */
  readonly arrows: readonly (readonly [from: string, to: string])[];
  /** `rule: from -> to` */
  readonly violations: readonly string[];
  /** Source files that the tool did not read. */
  readonly unread: readonly string[];
}

/** Holds the imports below a folder against the rules of `scripts/imports/rules.ts`. */
export async function checkImports(folder: string): Promise<ImportReport> {
  // A fork may have deleted a tree.
  const present = trees.filter((tree) => existsSync(join(folder, tree)));
  const options = { ...cruiseOptions, baseDir: folder, validate: true, ruleSet: { forbidden: rules } };
  const { output } = await cruise(present, options as Parameters<typeof cruise>[1]);
  const { modules, summary } = output as ICruiseResult;
  const own = modules.filter(({ source }) => trees.some((tree) => source.startsWith(`${tree}/`)));
  const read = new Set(own.map(({ source }) => source));
  return {
    files: read.size,
    imports: own.reduce((sum, { dependencies }) => sum + dependencies.length, 0),
    arrows: own.flatMap(({ source, dependencies }) =>
      dependencies.filter(({ resolved }) => read.has(resolved)).map(({ resolved }) => [source, resolved] as const),
    ),
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    unread: sourcesBelow(folder).filter((file) => !read.has(file)),
  };
}

function sourcesBelow(folder: string): string[] {
  const pattern = `{${trees.join(',')}}/**/*.{ts,tsx}`;
  return globSync(pattern, { cwd: folder, exclude: ['**/node_modules'] }).filter((file) => !file.endsWith('.d.ts'));
}
