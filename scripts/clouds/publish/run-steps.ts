import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli/cli.ts';
import type { Step } from './step.ts';

export interface Patience {
  readonly attempts: number;
  readonly pauseMs: number;
}

/** A role that the apply has just granted can take ten minutes to reach every service. */
export const forNewRoles: Patience = { attempts: 20, pauseMs: 30_000 };

/** Runs the steps in order. Throws at the first step whose attempts all fail. */
export async function runSteps(steps: readonly Step[], patience: Patience): Promise<void> {
  for (const [at, step] of steps.entries()) {
    process.stderr.write(`${at + 1}/${steps.length} ${step.title}\n`);
    await runStep(step, patience);
  }
}

async function runStep(step: Step, { attempts, pauseMs }: Patience): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const failure = await run(step);
    if (failure === undefined) return;
    if (attempt >= attempts || failure.final)
      throw new CliError(
        'publish_failed',
        `${step.title}: ${failure.text}`,
        `Run it alone: ${step.command.map(quote).join(' ')}`,
      );
    process.stderr.write(`  failed, attempt ${attempt} of ${attempts}; the next one in ${pauseMs / 1_000} s\n`);
    await sleep(pauseMs);
  }
}

interface Failure {
  readonly text: string;
  /** Another attempt cannot help. */
  readonly final: boolean;
}

/** @returns undefined when it succeeded */
async function run({ command: [program, ...args] }: Step): Promise<Failure | undefined> {
  // On Windows the tools are batch files, which only a shell starts.
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  try {
    const [code, signal] = await once(child, 'exit');
    return code === 0 ? undefined : { text: `exited with ${signal ?? code}`, final: signal !== null };
  } catch (error) {
    return { text: `${program} does not start (${(error as Error).message}). Install it and sign in`, final: true };
  }
}

/** Quotes a word for a shell where needed. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
