import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli/cli.ts';
import { freePort } from '../platform/http/free-port.ts';
import { loopback } from '../platform/http/listen.ts';
import { spawnGuarded } from '../platform/process/guarded-child.ts';
import { lastLines } from '../platform/process/logs.ts';
import type { Workspace } from '../platform/process/workspace.ts';

export interface PrometheusOptions {
  /** Path of the program. */
  readonly prometheus: string;
  readonly configFile: string;
  /** Folder for its data and its log. */
  readonly workspace: Workspace;
}

export interface Prometheus {
  readonly url: string;
  stop(): Promise<void>;
}

const readyWithinMs = 30_000;
const stopWithinMs = 5_000;

/**
 * Runs Prometheus on loopback until `stop`, or until this process ends, however it ends.
 *
 * @throws {CliError} prometheus_failed, with the end of its log
 */
export async function runPrometheus({ prometheus, configFile, workspace }: PrometheusOptions): Promise<Prometheus> {
  const address = `${loopback}:${await freePort()}`;
  const logFile = join(workspace.folder, 'prometheus.log');
  const output = openSync(logFile, 'a');
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(workspace.folder, 'prometheus')}`,
    `--web.listen-address=${address}`,
  ];
  const env = { PATH: process.env.PATH ?? '', HOME: workspace.folder };
  const child = spawnGuarded(workspace, prometheus, args, { cwd: workspace.folder, env, output });
  closeSync(output);
  const ended = once(child.process, 'exit').catch(() => undefined);
  const stop = async () => {
    child.process.kill();
    await Promise.race([ended, sleep(stopWithinMs, undefined, { ref: false })]);
    child.kill();
    child.release();
  };
  if (await isReady(`http://${address}`, ended)) return { url: `http://${address}`, stop };
  const text = await lastLines(logFile);
  await stop();
  throw new CliError('prometheus_failed', `Prometheus did not start\n${text}`, 'Start without --metrics.');
}

async function isReady(url: string, ended: Promise<unknown>): Promise<boolean> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (const end = Date.now() + readyWithinMs; Date.now() < end && !gone; await sleep(100)) {
    const answer = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
  }
  return false;
}
