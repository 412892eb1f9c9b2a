import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { secret } from '../../../functions/adapters/google/secret.ts';

test('reads the file again each time, as Cloud Run mounts the newest version', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'partner-secret');
  const store = secret(path);
  writeFileSync(path, 'first');
  expect(await store.read()).toBe('first');
  writeFileSync(path, 'second');
  expect(await store.read()).toBe('second');
  await expect(secret(join(folder, 'none')).read()).rejects.toThrow('ENOENT');
});
