import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildFolder } from '../folders.ts';

const maker = join(import.meta.dirname, 'make.ts');
const folder = join(buildFolder, 'code-cache');

/**
 * V8's flags of Lambda's Node, from its bootstrap. V8 rejects a cache that was made under other flags, except for heap
 * sizes.
 */
export const runtimeFlags = ['--expose-gc', '--max-http-header-size=81920'];

/** How to start the Node that will read the cache, and its architecture. */
export interface CacheMaker {
  readonly command: readonly string[];
  readonly arch: string;
}

/** The command in `CODE_CACHE_NODE`, or this process's Node if it equals the functions'; undefined without either. */
export function findCacheMaker(arch: string): CacheMaker | undefined {
  const command = process.env.CODE_CACHE_NODE?.split(' ').filter((word) => word !== '');
  if (command && command.length > 0) return { command, arch };
  const same = process.platform === 'linux' && process.arch === arch;
  return same ? { command: [process.execPath], arch } : undefined;
}

/**
 * A package's code cache. V8's output differs from run to run, so it is made once for a bundle, and never part of a
 * package's hash.
 *
 * @param bundle the bundle's file, named by its hash
 */
export function makeCodeCache(service: string, bundle: string, { command, arch }: CacheMaker): Buffer {
  mkdirSync(folder, { recursive: true });
  const node = createHash('sha256')
    .update([...command, process.version].join(' '))
    .digest('hex')
    .slice(0, 8);
  const file = join(folder, `${basename(bundle, '.js')}-${arch}-${node}.cache`);
  if (!existsSync(file)) {
    const unfinished = `${file}.unfinished-${process.pid}`;
    const [program = '', ...args] = command;
    const words = [...args, ...runtimeFlags, maker, service, bundle, unfinished];
    const { status, stderr, error } = spawnSync(program, words, {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0 || !existsSync(unfinished))
      throw new Error(
        `code cache: '${command.join(' ')}' did not make one for ${service}: ${error?.message ?? withoutCode(stderr)}`,
      );
    renameSync(unfinished, file);
  }
  const cache = readFileSync(file);
  const made = describeCache(cache)[0];
  if (made !== arch) {
    rmSync(file);
    throw new Error(`code cache: the functions run on ${arch}, but '${command.join(' ')}' is a Node for ${made}`);
  }
  return cache;
}

/** Node prints the line that threw, which in a minified bundle is most of it. */
const withoutCode = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.length < 1_000)
    .join('\n');

/** The properties that decide whether a runtime accepts a cache: architecture, and V8's version with its flags. */
export function describeCache(cache: Buffer): [arch: string, tag: string] {
  const [arch = '', , tag = ''] = cache.toString('latin1', 0, cache.indexOf(10)).split(' ');
  return [arch, tag];
}
