import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyProject } from '../../scripts/platform/process/copied-project.ts';
import { projectFolder } from '../../scripts/platform/process/paths.ts';

interface Inspection {
  readonly health: unknown;
  readonly products: number;
}

test('keeps tables, queue contents and the API id when a change is deployed, and can be removed by CDK', async () => {
  const folder = copyProject(projectFolder, 'redeploy-');
  try {
    // Do not deploy to an external engine twice.
    const options = { cwd: folder, env: { ...process.env, AWS_ENDPOINT_URL: '' } };
    const { stdout } = await promisify(execFile)(process.execPath, ['test/support/redeploy-driver.ts'], options);
    const { before, after, left } = JSON.parse(stdout) as { before: Inspection; after: Inspection; left: string[] };
    expect(before).toMatchObject({ products: 4, deadLetters: 1, health: { status: 'ok' } });
    expect(after).toEqual({ ...before, health: { status: 'ok', changed: true } });
    expect(left, 'stacks after the removal').toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
