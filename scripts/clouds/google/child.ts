import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli/cli.ts';
import { spawnGuarded } from '../../platform/process/guarded-child.ts';
import { lastLines } from '../../platform/process/logs.ts';
import type { Workspace } from '../../platform/process/workspace.ts';
import { waitUntilListening } from './wait-until-listening.ts';

export interface Child {
  readonly pid: number;
  /** Resolves with a description when the child exits unexpectedly. */
  readonly crashed: Promise<string>;
  stop(): void;
}

export interface ChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The ports that the child will listen on. */
  readonly ports: readonly number[];
}

const readyWithinMs = 30_000;

/** Starts a process of the local system and waits until it listens. */
export async function startChild(workspace: Workspace, options: ChildOptions): Promise<Child> {
  const { name, program, args, env, ports } = options;
  const logFile = join(workspace.folder, `${name}.log`);
  const child = spawnGuarded(workspace, program, args, {
    cwd: workspace.folder,
    // Built from scratch, so that cloud keys, for example, never reach a local run.
    env: { PATH: process.env.PATH ?? '', HOME: workspace.folder, TMPDIR: workspace.folder, ...env },
    output: openSync(logFile, 'a'),
  });
  let stopping = false;
  const crashed = once(child.process, 'exit').then(async ([code, signal]) => {
    if (stopping) return new Promise<never>(() => {});
    return `${name} exited with ${signal ?? `code ${code}`}\n${await lastLines(logFile)}`;
  });
  const stop = () => {
    // The child's state is not kept, so there is nothing to wait for.
    stopping = true;
    child.kill();
    child.release();
  };
  const failed = crashed.then((text) => Promise.reject(new CliError('start_failed', text, 'The lines above say why.')));
  const ready = Promise.all(ports.map((port) => waitUntilListening(port, readyWithinMs)));
  await Promise.race([ready, failed]).catch((error: unknown) => {
    stop();
    throw error;
  });
  return { pid: child.process.pid ?? 0, crashed, stop };
}
