import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { spawnGuarded } from '../../../scripts/platform/process/guarded-child.ts';
import { projectFolder } from '../../../scripts/platform/process/paths.ts';
import { isAlive } from '../../../scripts/platform/process/running.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';

const windows = process.platform === 'win32';

describe('a guarded child', () => {
  beforeEach((context) => context.skip(windows, 'it needs POSIX process groups'));

  it('gets its arguments and its whole environment, even names that a shell would drop', async () => {
    const workspace = createWorkspace();
    onTestFinished(() => workspace.remove());
    const env = { PLAIN: 'a b', 'PROXY_shop-local-catalog': 'http://127.0.0.1:1/x?y=$z' };
    const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env]))';
    const child = spawnGuarded(workspace, process.execPath, ['-e', print, '--', 'one two', '$HOME'], {
      cwd: workspace.folder,
      env,
      output: 'pipe',
    });
    const [text] = await once(child.process.stdout as NodeJS.ReadableStream, 'data');
    const [args, seen] = JSON.parse(String(text));
    expect(args).toEqual(['one two', '$HOME']);
    expect(seen).toMatchObject(env);
    await once(child.process, 'exit');
    child.release();
  });

  it('dies with its group, and its folder is removed, when this process is killed', async () => {
    const program = `
      import { createWorkspace } from './scripts/platform/process/workspace.ts';
      import { spawnGuarded } from './scripts/platform/process/guarded-child.ts';
      const workspace = createWorkspace();
      const write = 'while :; do mkdir -p cdk.out; echo x > cdk.out/file; done & wait';
      const options = { cwd: workspace.folder, env: { PATH: process.env.PATH }, output: 'pipe' };
      const child = spawnGuarded(workspace, '/bin/sh', ['-c', write], options);
      console.log(JSON.stringify([child.process.pid, workspace.folder]));
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: projectFolder });
    const [text] = await once(owner.stdout, 'data');
    const [pid, folder] = JSON.parse(String(text)) as [number, string];
    await expect.poll(() => existsSync(join(folder, 'cdk.out', 'file'))).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  });
});
