import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyProject } from '../support/copied-project.ts';
import { platform } from '../support/deployed.ts';

interface Look {
  readonly health: unknown;
  readonly products: number;
}

test('keeps tables, queue contents and the API id when a changed function and table are deployed again', async (context) => {
  context.skip(!platform.embedded, 'only the built-in engine is ours to deploy to twice');
  context.skip(platform.stage !== 'local', 'runs once, with the HTTP API');
  const copy = copyProject();
  try {
    const run = promisify(execFile)(process.execPath, ['test/support/redeploy-driver.ts'], { cwd: copy.folder });
    const { stdout } = await run;
    const { before, after } = JSON.parse(stdout) as { before: Look; after: Look };
    expect(before).toMatchObject({ products: 4, deadLetters: 1, health: { status: 'ok' } });
    expect(after).toEqual({ ...before, health: { status: 'ok', changed: true } });
  } finally {
    copy.remove();
  }
}, 180_000);
