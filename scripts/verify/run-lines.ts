import { join } from 'node:path';
import type { Progress } from '../cli/progress.ts';
import { localFolder } from '../platform/process/paths.ts';
import { createWorkspace, type Workspace } from '../platform/process/workspace.ts';
import type { Line } from './lines.ts';
import { formatDuration } from './record.ts';
import { type LineResult, runLine } from './run-line.ts';

export interface LinesOptions {
  /** How many run at a time: most of a line is one process that calculates, or waits. */
  readonly atOnce: number;
  /** Milliseconds for all lines; a line without a turn in it is not run. */
  readonly limitMs: number;
  readonly progress: Progress;
  /** Called when a line ends, so that an interruption loses only the lines under way. */
  readonly onResult?: (result: LineResult) => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the lines, those that may take longest first, until a signal. The results are in the order of the lines. */
export async function runLines(lines: readonly Line[], options: LinesOptions): Promise<readonly LineResult[]> {
  const { atOnce, limitMs, progress, onResult } = options;
  const [workspace, stop] = [createWorkspace(), new AbortController()];
  const interrupt = () => stop.abort();
  for (const signal of signals) process.on(signal, interrupt);
  const waiting = lines.toSorted((a, b) => b.minutes - a.minutes);
  const results = new Map<Line, LineResult>();
  const turn: Turn = { workspace, stop: stop.signal, endMs: performance.now() + limitMs, step: progress.step };

  async function runWaiting(): Promise<void> {
    for (let line = waiting.shift(); line; line = waiting.shift()) {
      const result = await runInTurn(line, turn, () => `${results.size}/${lines.length} done; ${line?.name}`);
      results.set(line, result);
      if (result.verdict === 'not run') continue;
      progress.line(
        `${line.name}: ${result.verdict}, ${result.count} ${line.things}, ${formatDuration(result.seconds)}`,
      );
      onResult?.(result);
    }
  }

  await Promise.all(Array.from({ length: atOnce }, runWaiting)).finally(() => {
    for (const signal of signals) process.off(signal, interrupt);
    progress.done();
    workspace.remove();
  });
  return lines.flatMap((line) => results.get(line) ?? []);
}

interface Turn {
  readonly workspace: Workspace;
  readonly stop: AbortSignal;
  /** When all lines must have ended, as `performance.now()`. */
  readonly endMs: number;
  readonly step: Progress['step'];
}

async function runInTurn(line: Line, turn: Turn, title: () => string): Promise<LineResult> {
  const { workspace, stop, endMs, step } = turn;
  const leftMs = endMs - performance.now();
  if (stop.aborted || leftMs <= 0) {
    const reason = stop.aborted ? 'interrupted before its turn' : 'no time was left';
    return { name: line.name, verdict: 'not run', count: 0, seconds: 0, reason };
  }
  step(title());
  const logFile = join(localFolder, 'verify', `${line.name}.log`);
  const onProgress = (last: string) => step(`${title()}: ${last}`);
  return runLine(line, { workspace, logFile, limitMs: Math.min(line.minutes * 60_000, leftMs), onProgress, stop });
}
