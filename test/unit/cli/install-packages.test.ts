import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPackages } from '../../../scripts/cli/install-packages.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  writeFileSync(join(folder, 'package-lock.json'), '{ "packages": { "node_modules/a": { "version": "1.0.0" } } }');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('does not install through a link, which would empty the packages of another checkout', () => {
  const other = join(folder, 'other');
  mkdirSync(join(other, 'kept'), { recursive: true });
  symlinkSync(other, join(folder, 'node_modules'));
  expect(() => installPackages(folder, '')).toThrow(/is a link/);
  expect(existsSync(join(other, 'kept'))).toBe(true);
});

test('takes packages behind a link that has what the lock file wants', () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, '.package-lock.json'), '{ "packages": { "node_modules/a": { "version": "1.0.0" } } }');
  symlinkSync(other, join(folder, 'node_modules'));
  installPackages(folder, '');
  expect(existsSync(join(other, '.installed'))).toBe(true);
});
