import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cacheFile, startOf } from '../../stacks/build/bundle.ts';
import {
  describeCache,
  findCacheMaker,
  makeCodeCache,
  runtimeFlags,
} from '../../stacks/build/code-cache/code-cache.ts';
import { nameBundle } from '../../stacks/build/source-maps.ts';

const folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
const cache = join(folder, cacheFile);
const code = (answer: string) =>
  `(function(module,exports,__dirname){function answer(){return ${answer}}module.exports={handler:async()=>answer()}})`;
// Unique, so that no cache of an earlier run is found.
const salted = Buffer.from(`${code('"of this one"')}//${process.pid}-${Date.now()}\n`);
const bundle = nameBundle('settlement-aws', salted);
const maker = { command: [process.execPath], arch: process.arch };
let good: Buffer;

beforeAll(() => {
  writeFileSync(join(folder, bundle), salted);
  writeFileSync(join(folder, 'index.mjs'), startOf(bundle));
  good = makeCodeCache('settlement', join(folder, bundle), maker);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Starts the package as Lambda does, and calls it once. */
function start(flags = runtimeFlags): { answer: string; logged: { level: string; message: string; reason: string }[] } {
  const call = `import('${join(folder, 'index.mjs')}').then(({ handler }) => handler()).then(console.log)`;
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', call], { encoding: 'utf8' });
  return {
    answer: stdout.trim(),
    logged: stderr
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(good);
  change(bytes);
  return bytes;
}
const header = (change: (words: string[]) => string[]): Buffer => {
  const end = good.indexOf(10);
  const words = change(good.toString('latin1', 0, end).split(' '));
  return Buffer.concat([Buffer.from(words.join(' ')), good.subarray(end)]);
};

test('starts with a cache that fits, and logs nothing', () => {
  writeFileSync(cache, good);
  expect(start()).toEqual({ answer: 'of this one', logged: [] });
});

test('starts without a cache, and logs nothing', () => {
  rmSync(cache, { force: true });
  expect(start()).toEqual({ answer: 'of this one', logged: [] });
});

const other = process.arch === 'arm64' ? 'x64' : 'arm64';
test.each<[string, () => Buffer, RegExp]>([
  [
    'one bit is wrong',
    () => changed((bytes) => bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9)),
    /damaged/,
  ],
  ['its middle is zeros', () => changed((bytes) => bytes.fill(0, 200, 400)), /damaged/],
  ['it was cut off', () => good.subarray(0, good.length / 2), /damaged/],
  ['it is empty', () => Buffer.alloc(0), /made for/],
  ['it is no cache', () => Buffer.from('not found'), /made for/],
  ['it is of another architecture', () => header(([, ...rest]) => [other, ...rest]), new RegExp(`made for ${other}`)],
  [
    'it is of another bundle',
    () => header((words) => [...words.slice(0, 3), 'stock-aws-000000000000.js']),
    /made of stock-aws/,
  ],
])('starts as without a cache when %s, and logs it once', (_, bytes, reason) => {
  writeFileSync(cache, bytes());
  const { answer, logged } = start();
  expect(answer).toBe('of this one');
  expect(logged).toMatchObject([
    { level: 'WARN', message: 'code cache not used', reason: expect.stringMatching(reason) },
  ]);
});

test('starts as without a cache under other flags than those it was made for, and logs it once', () => {
  writeFileSync(cache, good);
  const { answer, logged } = start(['--no-opt']);
  expect(answer).toBe('of this one');
  expect(logged).toMatchObject([{ reason: expect.stringMatching(/other flags/) }]);
});

test('fits any size of the heap, which differs with a function’s memory', () => {
  writeFileSync(cache, good);
  expect(start([...runtimeFlags, '--max-old-space-size=116', '--max-semi-space-size=6']).logged).toEqual([]);
});

test('describes the Node that it is for, in the same words each time', () => {
  expect(describeCache(good)[0]).toBe(process.arch);
  expect(describeCache(good)).toEqual(describeCache(makeCodeCache('settlement', join(folder, bundle), maker)));
  expect(readFileSync(join(folder, bundle)).equals(salted)).toBe(true);
});

test('is made only by a Node of the functions’ architecture, or by the configured one', () => {
  vi.stubEnv('CODE_CACHE_NODE', '');
  expect(findCacheMaker(other)).toBeUndefined();
  vi.stubEnv('CODE_CACHE_NODE', 'docker run node');
  expect(findCacheMaker(other)).toEqual({ command: ['docker', 'run', 'node'], arch: other });
});

test('refuses to make one with a Node of another architecture, and names both', () => {
  const wrong = { command: [process.execPath], arch: other };
  expect(() => makeCodeCache('settlement', join(folder, bundle), wrong)).toThrow(
    `the functions run on ${other}, but '${process.execPath}' is a Node for ${process.arch}`,
  );
});

test('reports a failing maker with its output', () => {
  const broken = { command: ['/bin/sh', '-c', 'echo no such image >&2; exit 1'], arch: other };
  expect(() => makeCodeCache('settlement', join(folder, bundle), broken)).toThrow(/no such image/);
});
