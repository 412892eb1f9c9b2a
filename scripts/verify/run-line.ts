import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { spawnGuarded } from '../platform/process/guarded-child.ts';
import { projectFolder } from '../platform/process/paths.ts';
import type { Workspace } from '../platform/process/workspace.ts';
import type { Line } from './lines.ts';

export type Verdict = 'passed' | 'failed' | 'timed out' | 'skipped' | 'not run';

export interface LineResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** The number of things that the line counts. */
  readonly count: number;
  readonly seconds: number;
  /** Why it did not pass. */
  readonly reason?: string;
}

export interface RunOptions {
  readonly workspace: Workspace;
  /** Receives the output of the command. */
  readonly logFile: string;
  /** Milliseconds; the command is stopped after them. */
  readonly limitMs: number;
  /** Called with the last line of the output, about every ten seconds. */
  readonly onProgress?: (lastLine: string) => void;
  readonly stop?: AbortSignal;
  /** Time from the request to stop until the command is killed. Default 20 s: a platform has to clean up. */
  readonly graceMs?: number;
}

const progressEveryMs = 10_000;

/** Runs a line to its end or its limit. */
export async function runLine(line: Line, options: RunOptions): Promise<LineResult> {
  const { name } = line;
  const lack = await line.lacking?.();
  if (lack !== undefined) return { name, verdict: 'skipped', count: 0, seconds: 0, reason: lack };
  const begun = performance.now();
  const { code, output, late } = await runCommand(line, options);
  const count = countDone(line, output);
  const result = { name, count, seconds: Math.round((performance.now() - begun) / 1_000) };
  if (options.stop?.aborted) return { ...result, verdict: 'failed', reason: 'interrupted' };
  if (late) return { ...result, verdict: 'timed out', reason: `took longer than ${formatMinutes(options.limitMs)}` };
  if (code !== 0) return { ...result, verdict: 'failed', reason: `exit code ${code}: ${findReason(output)}` };
  if (count === 0) return { ...result, verdict: 'failed', reason: `exited with 0, but counted no ${line.things}` };
  return { ...result, verdict: 'passed' };
}

function countDone({ counted }: Line, output: string): number {
  const counts = [...output.matchAll(counted)].map(([, text = '']) => (/^\d+$/.test(text) ? Number(text) : 1));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The first line that names a failure, else the last line. */
function findReason(output: string): string {
  const lines = output.trim().split('\n');
  const named = lines.find((text) => /FAILED|SURVIVED|BROKEN|NOT |FOUND|^error /.test(text));
  return (named ?? lines.at(-1) ?? '').trim().slice(0, 200);
}

const formatMinutes = (ms: number): string => `${(ms / 60_000).toFixed(ms < 60_000 ? 1 : 0)} minutes`;

async function runCommand({ command, env = {} }: Line, options: RunOptions) {
  const { workspace, logFile, limitMs, onProgress, stop, graceMs = 20_000 } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const [program = '', ...args] = command;
  const child = spawnGuarded(workspace, program, args, {
    cwd: projectFolder,
    env: { ...ownEnvironment(), ...env },
    output: 'pipe',
  });
  let [output, late] = ['', false];
  for (const stream of [child.process.stdout, child.process.stderr])
    stream?.on('data', (piece: Buffer) => {
      output += piece;
      log.write(piece);
    });
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    // First stops the command, which stops its children; after the grace period, its whole group.
    child.process.kill('SIGTERM');
    killer ??= setTimeout(child.kill, graceMs);
  };
  const limit = setTimeout(() => {
    late = true;
    end();
  }, limitMs);
  stop?.addEventListener('abort', end);
  const ticker = setInterval(() => onProgress?.(output.trimEnd().split('\n').at(-1)?.trim() ?? ''), progressEveryMs);
  const code = await new Promise<number>((resolve, reject) => {
    child.process.once('error', reject).once('close', (status) => resolve(status ?? 1));
  }).finally(() => {
    for (const timer of [limit, killer]) clearTimeout(timer);
    clearInterval(ticker);
    stop?.removeEventListener('abort', end);
    child.release();
  });
  await new Promise((resolve) => log.end(resolve));
  return { code, output, late };
}

/** Each line starts its own engine, whatever endpoint this shell is set to. */
function ownEnvironment(): Record<string, string> {
  const { AWS_ENDPOINT_URL: _, ...rest } = process.env;
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
