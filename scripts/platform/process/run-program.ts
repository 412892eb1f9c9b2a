import { type SpawnOptions, spawn } from 'node:child_process';

export interface ProgramEnd {
  /** Exit code; 1 if the program did not start or was killed. */
  readonly code: number;
  /** Both streams, interleaved as they arrived. */
  readonly output: string;
}

/** Runs a program to its end and collects its output. The program is killed if this process ends. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<ProgramEnd> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => child.kill();
  process.prependOnceListener('exit', stop);
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece));
  return new Promise((resolve) => {
    const end = (code: number, output: string) => {
      process.off('exit', stop);
      resolve({ code, output });
    };
    child.once('error', (error) => end(1, error.message));
    child.once('close', (code) => end(code ?? 1, Buffer.concat(pieces).toString()));
  });
}
