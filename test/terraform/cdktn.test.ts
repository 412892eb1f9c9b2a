import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
import { readStack, stackNames } from './synthesized.ts';

const hook = join(import.meta.dirname, 'cdktn-hook.mjs');

type Stacks = ReadonlyMap<string, Record<string, unknown>>;

/** The stacks as the community's fork writes them. */
function synthesizeByFork(): Stacks {
  const folder = mkdtempSync(join(tmpdir(), 'cdktn-'));
  try {
    const args = ['stacks/terraform/app.ts', '--stage', 'all', '--cloud', 'all', '--no-code', '--out', folder];
    const { status, stderr } = spawnSync(process.execPath, ['--import', hook, ...args], {
      cwd: projectFolder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const names = readdirSync(join(folder, 'stacks'));
    const read = (name: string) => JSON.parse(readFileSync(join(folder, 'stacks', name, 'cdk.tf.json'), 'utf8'));
    return new Map(names.map((name) => [name, read(name)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const versionOf = (stack: Record<string, unknown> | undefined): unknown =>
  (stack?.['//'] as { metadata?: { version?: unknown } } | undefined)?.metadata?.version;

/** Proves how little leaving CDKTF would take: decision 013. */
test('the community’s fork writes the same files for all clouds, without a change of the sources', {
  timeout: 240_000,
}, () => {
  const own: Stacks = new Map(stackNames().map((name) => [name, JSON.parse(readStack(name))]));
  const fork = synthesizeByFork();
  expect([...fork.keys()]).toEqual([...own.keys()]);
  for (const [name, stack] of own) {
    expect(versionOf(fork.get(name)), name).not.toBe(versionOf(stack));
    expect({ ...fork.get(name), '//': undefined }, name).toEqual({ ...stack, '//': undefined });
  }
});

test('no stack tells constructs apart by class, because bindings of a fork bring classes of their own', () => {
  const sources = globSync('stacks/terraform/**/*.ts', { cwd: projectFolder, exclude: ['**/node_modules/**'] });
  expect(sources.length).toBeGreaterThan(30);
  const found = sources.filter((file) =>
    /\binstanceof\b/.test(readFileSync(join(projectFolder, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')),
  );
  expect(found).toEqual([]);
});
