import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');

/** Runs `start`, `demo` or another command of the group `run` as a child process with its own temporary folder. */
export class Run {
  readonly temporary = mkdtempSync(join(tmpdir(), 'lifecycle-'));
  readonly child: ChildProcess;
  stderr = '';

  constructor(script: string, args: readonly string[], more: Record<string, string> = {}, cwd = root) {
    const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: this.temporary, ...more };
    env.PLATFORM_FILE ??= join(this.temporary, '..', `platform-${process.pid}.json`);
    if (!more.AWS_ENDPOINT_URL) delete env.AWS_ENDPOINT_URL;
    this.child = spawn(process.execPath, ['scripts/run.mjs', `run/${script}`, ...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (piece) => {
      this.stderr += piece;
    });
  }

  async firstLine(): Promise<string> {
    if (!this.child.stdout) throw new Error('no stdout');
    const lines = createInterface({ input: this.child.stdout });
    const ended = once(this.child, 'exit').then(([code]) => {
      throw new Error(`ended with ${code}: ${this.stderr}`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    return line;
  }

  /** Waits until the platform reports a step. */
  async stage(text: string): Promise<void> {
    while (!this.stderr.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      await sleep(50);
    }
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'close');
    }
    rmSync(this.temporary, { recursive: true, force: true });
  }
}
