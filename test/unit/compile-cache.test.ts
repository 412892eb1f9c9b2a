import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { compileCache } from '../../scripts/cli/compile-cache.mjs';

function fill(files: number) {
  const root = mkdtempSync(join(tmpdir(), 'compile-cache-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, '.local', 'compile-cache', 'v24');
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < files; i++) writeFileSync(join(folder, String(i)), '');
  return { root, folder };
}

it('keeps the compile cache in the project, and empties it when it has grown too large', () => {
  vi.stubEnv('NODE_COMPILE_CACHE', undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
  const small = fill(3);
  expect(compileCache(small.root, 9)).toEqual({ NODE_COMPILE_CACHE: join(small.root, '.local', 'compile-cache') });
  expect(existsSync(small.folder)).toBe(true);
  const large = fill(10);
  compileCache(large.root, 9);
  expect(existsSync(large.folder)).toBe(false);
});

it('leaves a compile cache that the user chose', () => {
  vi.stubEnv('NODE_COMPILE_CACHE', '/own');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(compileCache(fill(0).root)).toEqual({ NODE_COMPILE_CACHE: '/own' });
});

it('goes on with a compile cache that cannot be emptied, as while another command writes to it', () => {
  vi.stubEnv('NODE_COMPILE_CACHE', '/own');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { root, folder } = fill(0);
  rmSync(join(folder, '..'), { recursive: true });
  writeFileSync(join(folder, '..'), 'no folder');
  expect(compileCache(root, 0)).toEqual({ NODE_COMPILE_CACHE: '/own' });
});
