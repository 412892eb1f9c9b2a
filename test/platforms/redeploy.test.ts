import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyWithEngine } from '../support/copied-project.ts';

interface Inspection {
  readonly health: unknown;
  readonly products: number;
}

test('keeps tables, queue contents and the API id when a changed function and table are deployed again', async () => {
  const copy = copyWithEngine();
  try {
    // Do not deploy to an external engine twice.
    const options = { cwd: copy.folder, env: { ...process.env, AWS_ENDPOINT_URL: '' } };
    const { stdout } = await promisify(execFile)(process.execPath, ['test/support/redeploy-driver.ts'], options);
    const { before, after } = JSON.parse(stdout) as { before: Inspection; after: Inspection };
    expect(before).toMatchObject({ products: 4, deadLetters: 1, health: { status: 'ok' } });
    expect(after).toEqual({ ...before, health: { status: 'ok', changed: true } });
  } finally {
    copy.remove();
  }
}, 180_000);
