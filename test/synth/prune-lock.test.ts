import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LockFile, pruneLock } from '../../stacks/build/prune-lock.ts';

const entry = (version: string, dependencies: Record<string, string> = {}) => ({ version, dependencies });
const lock: LockFile = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { a: '1.0.0', other: '1.0.0' } },
    'node_modules/a': entry('1.0.0', { b: '^1.0.0' }),
    'node_modules/a/node_modules/b': entry('1.2.0', { c: '*' }),
    'node_modules/b': entry('2.0.0'),
    'node_modules/c': { version: '1.0.0', dependencies: { a: '*' }, peerDependencies: { b: '2' } },
    'node_modules/other': entry('1.0.0'),
  },
};

test('keeps what a dependency needs, as Node would find it, and nothing else', () => {
  expect(pruneLock(lock, { a: '1.0.0' })).toEqual({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { a: '1.0.0' } },
      'node_modules/a': lock.packages['node_modules/a'],
      'node_modules/a/node_modules/b': lock.packages['node_modules/a/node_modules/b'],
      'node_modules/b': lock.packages['node_modules/b'],
      'node_modules/c': lock.packages['node_modules/c'],
    },
  });
});

test('refuses a dependency that is not locked', () => {
  expect(() => pruneLock(lock, { missing: '1.0.0' })).toThrow("holds no 'missing'");
});

const googleLock = new URL('../../functions/adapters/google/package-lock.json', import.meta.url);

// The part may be left out.
test('locks what Google installs beside a function, with the hash of each package', (context) => {
  context.skip(!existsSync(googleLock), 'the project does not include Google');
  const whole = JSON.parse(readFileSync(googleLock, 'utf8')) as LockFile;
  const name = '@google-cloud/functions-framework';
  const version = whole.packages['']?.dependencies?.[name] ?? '';
  const { packages } = pruneLock(whole, { [name]: version });
  expect(packages[`node_modules/${name}`]).toMatchObject({ version });
  const names = Object.keys(packages).filter((path) => path !== '');
  expect(names.length).toBeGreaterThan(50);
  expect(names.some((path) => path.includes('@google-cloud/firestore'))).toBe(false);
  for (const path of names) expect(packages[path]).toHaveProperty('integrity');
});
