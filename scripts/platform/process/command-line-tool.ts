import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { spawnGuarded } from './guarded-child.ts';
import type { Workspace } from './workspace.ts';

export type OnLine = (line: string) => void;

export interface ToolCall {
  /** Name of the log in the workspace; each call appends to it. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: OnLine;
}

export interface ToolEnd {
  readonly code: number;
  /** Lines of both streams, in order of arrival. */
  readonly lines: readonly string[];
  readonly logFile: string;
}

/** Runs a command line tool, whatever its exit code. Logs its output, and passes each line to `onLine`. */
export async function runTool(workspace: Workspace, call: ToolCall): Promise<ToolEnd> {
  const { name, program, args, cwd, env, onLine } = call;
  const logFile = join(workspace.folder, `${name}.log`);
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawnGuarded(workspace, program, args, { cwd, env, output: 'pipe' });
  const { stdout, stderr } = child.process;
  const lines: string[] = [];
  for (const stream of [stdout, stderr])
    createInterface({ input: stream as Readable }).on('line', (line) => {
      log.write(`${line}\n`);
      lines.push(line);
      onLine(line);
    });
  const code = await new Promise<number>((resolve, reject) => {
    child.process.once('error', reject).once('close', (status) => resolve(status ?? 1));
  });
  child.release();
  await new Promise((resolve) => log.end(resolve));
  return { code, lines, logFile };
}
