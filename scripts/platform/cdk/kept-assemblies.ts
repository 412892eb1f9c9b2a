import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join, relative } from 'node:path';

/** Settings of the assembly cache. */
export interface KeptAssemblies {
  /** Folder of the project that is synthesized. */
  readonly project: string;
  /** Folder of the kept assemblies; delete it to clear the cache. */
  readonly folder: string;
  /** Synthesis input other than files: context and environment. */
  readonly given: Readonly<Record<string, string>>;
}

/** Enough for each stage, and for those of one other branch. */
const keptAtMost = 4;
const leftoverAfterMs = 60 * 60 * 1_000;

/** All inputs of a synthesis. The lock file written by npm identifies the installed packages. */
const inputs = ['*.json', '{functions,stacks,storefront,scripts/platform/cdk}/**/*'];
const installed = 'node_modules/.package-lock.json';

/**
 * Fills a folder with the assembly: a kept one if its inputs were the same, otherwise by synthesis. The result is not
 * kept if an input changed meanwhile, because it is unknown which version the synthesis read.
 */
export async function takeAssembly(
  kept: KeptAssemblies,
  output: string,
  synthesize: () => Promise<void>,
): Promise<'kept' | 'synthesized'> {
  const key = hashInputs(kept);
  if (copyKept(join(kept.folder, key), output)) return 'kept';
  await synthesize();
  if (hashInputs(kept) === key) keep(kept.folder, key, output);
  return 'synthesized';
}

function hashInputs({ project, given }: KeptAssemblies): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, process.platform, process.arch]));
  hash.update(JSON.stringify(Object.entries(given).sort()));
  const found = globSync(inputs, {
    cwd: project,
    exclude: (entry) => entry.name === 'node_modules',
    withFileTypes: true,
  });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lock = join(project, installed);
  for (const file of [...files.sort(), ...(existsSync(lock) ? [lock] : [])]) {
    const content = readFileSync(file);
    hash.update(`${relative(project, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function copyKept(from: string, output: string): boolean {
  if (!existsSync(from)) return false;
  try {
    const now = new Date();
    utimesSync(from, now, now);
    cpSync(from, output, { recursive: true });
    return true;
  } catch {
    // Another process removed the kept assembly meanwhile.
    rmSync(output, { recursive: true, force: true });
    mkdirSync(output);
    return false;
  }
}

/** Renames whole folders into place and away, because other processes may be copying them. */
function keep(folder: string, key: string, output: string): void {
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `unfinished-${process.pid}-${key}`);
  cpSync(output, unfinished, { recursive: true });
  if (existsSync(join(folder, key))) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, join(folder, key));
  forgetOld(folder);
}

function forgetOld(folder: string): void {
  const all = readdirSync(folder).map((name) => ({
    name,
    usedAt: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  const finished = all.filter(({ name }) => /^[0-9a-f]{64}$/.test(name)).sort((a, b) => b.usedAt - a.usedAt);
  for (const { name } of finished.slice(keptAtMost)) {
    const leaving = join(folder, `leaving-${process.pid}-${name}`);
    try {
      renameSync(join(folder, name), leaving);
    } catch {
      // Another process removed it first.
    }
    rmSync(leaving, { recursive: true, force: true });
  }
  // Left behind by killed processes.
  const leftovers = all.filter(({ name, usedAt }) => name.includes('-') && usedAt < Date.now() - leftoverAfterMs);
  for (const { name } of leftovers) rmSync(join(folder, name), { recursive: true, force: true });
}
