import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { platform } from '../support/deployed.ts';

const root = join(import.meta.dirname, '../..');

interface Look {
  readonly health: unknown;
  readonly products: number;
}

/** A copy of the sources that a test may change, with the packages and the engine of this checkout. */
function copyOfSources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'flash-sale-redeploy-'));
  for (const name of ['functions', 'stacks', 'scripts', 'test', 'cdk.json', 'package.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  mkdirSync(join(copy, '.local'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(join(root, '.local', 'engine'), join(copy, '.local', 'engine'));
  return copy;
}

test('keeps tables, queue contents and the API id when a changed function and table are deployed again', async (context) => {
  context.skip(!platform.embedded, 'only the built-in engine is ours to deploy to twice');
  context.skip(platform.stage !== 'local', 'runs once, with the HTTP API');
  const copy = copyOfSources();
  try {
    const run = promisify(execFile)(process.execPath, ['test/support/redeploy-driver.ts'], { cwd: copy });
    const { stdout } = await run;
    const { before, after } = JSON.parse(stdout) as { before: Look; after: Look };
    expect(before).toMatchObject({ products: 4, deadLetters: 1, health: { status: 'ok' } });
    expect(after).toEqual({ ...before, health: { status: 'ok', changed: true } });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}, 180_000);
