import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { spawnGuarded } from '../../../scripts/platform/process/guarded-child.ts';
import { isAlive } from '../../../scripts/platform/process/running.ts';
import { createWorkspace } from '../../../scripts/platform/process/workspace.ts';

const platform = join(import.meta.dirname, '../../../scripts/platform');
const windows = process.platform === 'win32';

/** Runs a program from a file: a worker thread would inherit `-e`. */
function run(program: string): { child: ChildProcess; lines: Interface } {
  const folder = mkdtempSync(join(tmpdir(), 'ending-'));
  const file = join(folder, 'program.mjs');
  const imports = `import { exitDespiteThreads, leaveThreads, stopRequest } from '${platform}/process/stop-request.ts';`;
  writeFileSync(file, `${imports}\n${program.replaceAll('PLATFORM', platform)}`);
  writeFileSync(join(folder, 'paused.cjs'), paused);
  const child = spawn(process.execPath, [file], { cwd: folder });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return { child, lines: createInterface({ input: child.stdout }) };
}

const paused =
  'exports.handler = async () => { for (;;) { await new Promise((go) => setTimeout(go, 20)); debugger; } };';

async function nextLine(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string];
  return line;
}

/** Attaches a debugger to the threads of a process, and resolves when one of them is paused. */
async function pauseThread(debuggerUrl: string, resume: () => void): Promise<WebSocket> {
  const socket = new WebSocket(debuggerUrl);
  await once(socket, 'open');
  let id = 0;
  const send = (method: string, params: object = {}) => socket.send(JSON.stringify({ id: ++id, method, params }));
  const paused = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const { method, params } = JSON.parse(String(data));
      if (method === 'NodeWorker.attachedToWorker') {
        const message = JSON.stringify({ id: ++id, method: 'Debugger.enable' });
        send('NodeWorker.sendMessageToWorker', { sessionId: params.sessionId, message });
        resume();
      }
      if (params?.message?.includes('Debugger.paused')) resolve();
    });
  });
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await paused;
  return socket;
}

describe('a process that is asked to end', () => {
  beforeEach((context) => context.skip(windows, 'it sends POSIX signals'));

  it.each(['closed', 'still attached'])(
    'ends although a function is paused in a debugger that is %s',
    async (state) => {
      const { child, lines } = run(`
      import { open, url } from 'node:inspector';
      import { FunctionPool } from 'PLATFORM/functions/function-pool.ts';
      open(0, '127.0.0.1');
      const served = { bundle: new URL('paused.cjs', import.meta.url).pathname, name: 'paused', memoryMb: 128 };
      const pool = new FunctionPool({ served, env: {}, size: 1, onLog: () => {} });
      const stop = stopRequest();
      stop.orderly();
      process.stdin.once('data', () => pool.invoke({ event: '{}', deadlineMs: Date.now() + 600_000 }));
      console.log(url());
      await stop.requested;
      process.stdin.destroy();
      if (!(await pool.stop())) leaveThreads();
      exitDespiteThreads();`);
      const debuggerUrl = await nextLine(lines);
      const socket = await pauseThread(debuggerUrl, () => void child.stdin?.write('go\n'));
      onTestFinished(() => socket.close());
      if (state === 'closed') socket.close();
      child.kill('SIGINT');
      expect((await once(child, 'exit', { signal: AbortSignal.timeout(10_000) }))[1]).toBe('SIGKILL');
    },
  );

  it('ends on the second request if the orderly stop hangs, and takes both signals of a Ctrl-C as one', async () => {
    const { child, lines } = run(`
      const stop = stopRequest();
      stop.orderly();
      setInterval(() => {}, 1_000);
      process.on('exit', () => console.log('cleaned up'));
      console.log('up');
      await stop.requested;
      console.log('stopping');`);
    expect(await nextLine(lines)).toBe('up');
    child.kill('SIGINT');
    expect(await nextLine(lines)).toBe('stopping');
    child.kill('SIGINT');
    await sleep(600);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await nextLine(lines)).toBe('cleaned up');
    expect((await once(child, 'exit'))[0]).toBe(130);
  });
});

describe('a guarded child', () => {
  beforeEach((context) => context.skip(windows, 'it needs POSIX process groups'));

  it('guards and kills nothing when its program cannot be started', async () => {
    const workspace = createWorkspace();
    const guarded: number[] = [];
    const watchdog = { ...workspace.watchdog, add: (group: number) => void guarded.push(group) };
    const options = { cwd: join(workspace.folder, 'missing'), env: {}, output: 'pipe' } as const;
    const child = spawnGuarded({ ...workspace, watchdog }, '/bin/true', [], options);
    await once(child.process, 'error');
    child.kill();
    child.release();
    expect(guarded).toEqual([]);
    workspace.remove();
    await expect.poll(() => existsSync(workspace.folder)).toBe(false);
  });

  it('is killed although it is stopped (SIGSTOP) and ignores every signal', async () => {
    const workspace = createWorkspace();
    onTestFinished(() => workspace.remove());
    const program = "trap '' TERM INT HUP; sleep 60 & echo $!; wait";
    const options = { cwd: workspace.folder, env: { PATH: process.env.PATH ?? '' }, output: 'pipe' } as const;
    const child = spawnGuarded(workspace, '/bin/sh', ['-c', program], options);
    const [grandchild] = await once(child.process.stdout as NodeJS.ReadableStream, 'data');
    const pids = [child.process.pid ?? 0, Number(grandchild)];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    child.kill();
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
    child.release();
  });
});
