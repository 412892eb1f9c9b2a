import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../scripts/platform/http/listen.ts';
import { processTree } from '../../scripts/platform/process/memory.ts';
import { isAlive, type RunningPlatform } from '../../scripts/platform/process/running.ts';
import { Run } from '../support/platform-run.ts';
import { call } from '../unit/platform/stub.ts';

/** The first start on a machine installs and compiles what later starts reuse. */
const startTimeoutMs = 240_000;
const windows = process.platform === 'win32';

const runs: Run[] = [];

function run(...args: ConstructorParameters<typeof Run>): Run {
  const started = new Run(...args);
  runs.push(started);
  return started;
}

afterEach(async () => {
  for (const one of runs.splice(0)) await one.end();
});

describe('npm start', () => {
  beforeEach((context) => context.skip(windows, 'it sends POSIX signals'));

  it(
    'rejects a second platform, issues tokens for the first, and leaves nothing behind after SIGHUP, even of a stopped engine',
    async () => {
      const first = run('start', ['--json', '--port', '0']);
      const platform = JSON.parse(await first.firstLine()) as RunningPlatform;
      const second = run('start', ['--port', '0']);
      expect(await second.exitCode()).toBe(1);
      expect(second.stderr).toContain(`already_running: the platform already runs as process ${platform.pid}`);
      const token = await run('token', ['--customer', 'anna', '--admin']).firstLine();
      const headers = { authorization: `Bearer ${token}` };
      expect((await call(`${platform.apiUrl}/orders`, { headers })).status).toBe(200);
      // A stopped engine answers nothing and takes no signal but SIGKILL.
      for (const pid of findEngines(first)) process.kill(pid, 'SIGSTOP');
      expect(await endAndWait(first, 'SIGHUP')).toBe(0);
    },
    startTimeoutMs,
  );

  it(
    'leaves nothing behind when npm is killed without a chance to react',
    async () => {
      const start = run('start', ['--json', '--port', '0']);
      await start.firstLine();
      expect(await endAndWait(start, 'SIGKILL')).toBeNull();
    },
    startTimeoutMs,
  );

  it(
    'leaves nothing behind after Ctrl-C during the start',
    async () => {
      const start = run('start', ['--json', '--port', '0']);
      await start.stage('deploying');
      expect(await endAndWait(start, 'SIGINT')).toBe(130);
    },
    startTimeoutMs,
  );

  it(
    'leaves nothing behind when the platform itself is killed during the start',
    async () => {
      const start = run('start', ['--json', '--port', '0']);
      await start.stage('deploying');
      const [, platform = 0] = processTree(start.child.pid ?? 0);
      expect(await endAndWait(start, 'SIGKILL', platform)).toBe(1);
    },
    startTimeoutMs,
  );

  it('reports a taken port before anything slow', async () => {
    const { port, close } = await listen(0, 'another program', (_, response) => response.end());
    const start = run('start', ['--port', String(port)]);
    expect(await start.exitCode()).toBe(1);
    await close();
    expect(start.stderr).toContain(`error port_taken: port ${port} of 127.0.0.1 for the storefront is taken`);
    await expect.poll(() => readdirSync(start.temporary)).toEqual([]);
  });

  it.each([
    ['no Python', { PATH: '/nonexistent' }, 'python_missing'],
    ['an endpoint that does not answer', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'endpoint_unreachable'],
  ])('reports a clear error for %s', async (_what, env, code) => {
    const start = run('start', ['--port', '0'], env);
    expect(await start.exitCode()).toBe(1);
    expect(start.stderr).toContain(`error ${code}:`);
  });

  it('reports a clear error for an unknown stage, and for a token without a platform', async () => {
    const start = run('start', ['--stage', 'nowhere']);
    expect(await start.exitCode()).toBe(2);
    expect(start.stderr).toContain("error stage_unknown: --stage is 'nowhere', must be one of local, local-url");
    const token = run('token', ['--customer', 'anna']);
    expect(await token.exitCode()).toBe(1);
    expect(token.stderr).toContain('error not_running');
  });
});

function findEngines({ child }: Run): number[] {
  return processTree(child.pid ?? 0).filter((pid) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes('engine.py'),
  );
}

/** Sends a signal, and waits until every process of the run has exited and its temporary folder is empty. */
async function endAndWait(run: Run, signal: NodeJS.Signals, to = run.child.pid ?? 0) {
  const { child, temporary } = run;
  const processes = processTree(child.pid ?? 0);
  expect(processes.length).toBeGreaterThan(3);
  process.kill(to, signal);
  await expect.poll(() => processes.filter(isAlive), { timeout: 15_000 }).toEqual([]);
  await expect.poll(() => readdirSync(temporary), { timeout: 5_000 }).toEqual([]);
  return run.exitCode();
}
