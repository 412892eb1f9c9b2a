import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findStacks } from '../../scripts/operations/trace-stack/find-stacks.ts';
import { mapStack } from '../../scripts/operations/trace-stack/map-stack.ts';
import { bundleReader } from '../../scripts/operations/trace-stack/read-bundle.ts';
import { packageOptions, startOf, withName } from '../../stacks/build/bundle.ts';
import { nameBundle } from '../../stacks/build/source-maps.ts';

const folder = mkdtempSync(join(tmpdir(), 'trace-stack-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = bundleReader(folder, nameBundle);

/** Functions whose order cannot be confirmed, built and started as each cloud does it. */
const source = `
import { confirmOrder } from './functions/domain/order.ts';
class Settlement { async settle(order) { await undefined; return confirmOrder(order, [], 'now'); } }
export const handler = async (order) => new Settlement().settle(order);
`;
const stacks = new Map<string, string>();

beforeAll(async () => {
  for (const cloud of ['aws', 'azure', 'google']) stacks.set(cloud, await failOn(cloud));
});

async function failOn(cloud: string): Promise<string> {
  const { entryPoints: _, outdir: __, ...options } = packageOptions(['settlement']);
  const stdin = { contents: source, resolveDir: options.absWorkingDir, sourcefile: 'entry.ts', loader: 'ts' as const };
  const ofHost = cloud === 'aws' ? {} : { banner: {}, footer: {} };
  const { outputFiles } = await build({
    ...options,
    ...ofHost,
    stdin,
    outfile: join(options.absWorkingDir, '.build/settlement/index.js'),
  });
  const [map, code] = ['.map', '.js'].map((end) => outputFiles.find(({ path }) => path.endsWith(end))?.contents);
  if (!map || !code) throw new Error('esbuild wrote no code or no map');
  const file = nameBundle(`settlement-${cloud}`, code);
  writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, `${file}.map`), map);
  const start = join(folder, cloud === 'aws' ? 'index.mjs' : `${cloud}.cjs`);
  writeFileSync(start, cloud === 'aws' ? startOf(file) : withName(code, file));
  // In a process of its own: the test runner maps stacks itself.
  const call = `handler({ orderId: '1', state: 'FULFILLED' }).catch((error) => process.stdout.write(error.stack))`;
  return execFileSync(process.execPath, ['-e', `import('${start}').then(({ handler }) => ${call})`]).toString();
}

describe.each(['aws', 'azure', 'google'])('a stack of a package for %s', (cloud) => {
  test('names only the bundle before', () => {
    expect(stacks.get(cloud)).toMatch(/settlement-\w+-[0-9a-f]{12}\.js:\d+:\d+/);
    expect(stacks.get(cloud)).not.toContain('order.ts');
  });

  test('names source, line and function after', () => {
    const mapped = mapStack(stacks.get(cloud) ?? '', read);
    expect(mapped).toMatch(/IllegalTransition: order 1 is FULFILLED/);
    expect(mapped).toMatch(/at move \(functions\/domain\/order\.ts:\d+:\d+\)/);
    expect(mapped).toMatch(/at confirmOrder \(functions\/domain\/order\.ts:\d+:\d+\)/);
    expect(mapped).toMatch(/at (async )?Settlement\.settle \(entry\.ts:3:\d+\)/);
    expect(mapped).not.toMatch(/-[0-9a-f]{12}\.js/);
  });

  test.each<[string, (stack: string) => string]>([
    ['the functions’ own log line', (stack) => JSON.stringify({ level: 'ERROR', error: { name: 'x', stack } })],
    [
      'the runtime’s line of an uncaught error',
      (stack) => `2026-11-27T09:00:00Z\t1\tERROR\tInvoke Error\t${JSON.stringify({ stack: stack.split('\n') })}`,
    ],
    ['a line with a cause', (stack) => JSON.stringify({ error: { stack: 'no frame', cause: { stack } } })],
  ])('is found in %s', (_, toLine) => {
    const stack = stacks.get(cloud) ?? '';
    expect(findStacks(toLine(stack))).toEqual([stack]);
  });
});

test('a bundle without its map is an error that says where the map comes from', () => {
  const stack = 'Error: x\n    at a (/var/task/stock-aws-000000000000.js:1:1)';
  expect(() => mapStack(stack, read)).toThrow(/has no source map of stock-aws-000000000000\.js/);
});

test('a line without a stack has none', () => {
  expect(findStacks('{"level":"INFO","message":"answered","ms":3}')).toEqual([]);
  expect(findStacks('START RequestId: 1 Version: 3')).toEqual([]);
});
