import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Path of a file with a secret, as Google mounts one; removed after the tests of the calling file. */
export function secretFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'partner-secret');
  writeFileSync(path, 'a-secret-that-has-more-than-32-characters');
  return path;
}
