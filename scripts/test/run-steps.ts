import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { project } from '../../functions/contracts/project.ts';
import { exitCodes } from '../cli/cli.ts';
import type { Progress } from '../cli/progress.ts';
import { installExtra } from '../platform/process/extra-packages.ts';
import { projectFolder } from '../platform/process/paths.ts';
import { installAhead } from './install-ahead.ts';
import { onEngine, type Step } from './steps.ts';
import type { Summary } from './summary-reporter.ts';

export interface StepResult extends Summary {
  readonly name: string;
  readonly ok: boolean;
}

/**
 * Steps at a time. Those that start the engine mostly wait, for queues and timers. The others compute, at a lower
 * priority: on two cores they would make functions time out.
 */
const lanes = { waiting: 3, computing: 2 };
const isWaiting = ({ part }: Step): boolean => onEngine.includes(part);
const progressEveryMs = 30_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const programs = join(projectFolder, 'node_modules/.bin');
const children = new Set<ChildProcess>();
let interrupted = false;

/**
 * A single step prints live; several print one by one as they end. A signal stops all of them and this process.
 * `before` is awaited before each step.
 */
export async function runSteps(
  steps: readonly Step[],
  env: NodeJS.ProcessEnv,
  progress: Progress,
  before: (step: Step) => Promise<unknown> | undefined = () => undefined,
): Promise<readonly StepResult[]> {
  for (const signal of signals) process.on(signal, interrupt);
  const queues = { waiting: steps.filter(isWaiting), computing: steps.filter((step) => !isWaiting(step)) };
  const installed = installAhead([...new Set(steps.flatMap(({ needs = [] }) => needs))]);
  const running = new Map<Step, number>();
  const results: StepResult[] = [];
  const runQueue = async (queue: Step[]) => {
    for (let step = queue.shift(); step && !interrupted; step = queue.shift()) {
      const begun = performance.now();
      running.set(step, begun);
      await Promise.all([before(step), ...(step.needs ?? []).map(installed)]);
      const { output, ...result } = await runStep(step, env, steps.length === 1);
      running.delete(step);
      progress.done();
      process.stdout.write(`\n--- ${step.name} (${secondsSince(begun)})\n${output}`);
      results.push(result);
    }
  };
  const left = () => queues.waiting.length + queues.computing.length;
  const timer = setInterval(() => progress.step(describeRunning(running, left())), progressEveryMs);
  const runLanes = (kind: keyof typeof lanes) => Array.from({ length: lanes[kind] }, () => runQueue(queues[kind]));
  await Promise.all([...runLanes('waiting'), ...runLanes('computing')]).finally(() => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, interrupt);
  });
  if (interrupted) process.exit(exitCodes.failed);
  return results;
}

function interrupt(signal: NodeJS.Signals): void {
  interrupted = true;
  for (const child of children) child.kill(signal);
}

const secondsSince = (begun: number): string => `${((performance.now() - begun) / 1_000).toFixed(0)} s`;

function describeRunning(running: ReadonlyMap<Step, number>, waiting: number): string {
  const now = [...running].map(([{ name }, begun]) => `${name} (${secondsSince(begun)})`);
  return `... ${now.join('; ')}${waiting > 0 ? `; then ${waiting} more` : ''}`;
}

async function runStep(
  step: Step,
  env: NodeJS.ProcessEnv,
  live: boolean,
): Promise<StepResult & { readonly output: string }> {
  const nothing: Summary = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const missing = step.lacking?.();
  if (missing !== undefined)
    return { ...nothing, skipped: 1, name: step.name, ok: true, output: `skipped: ${missing}\n` };
  for (const one of step.needs ?? []) installExtra(one);
  const folder = mkdtempSync(join(tmpdir(), `${project}-test-`));
  const file = join(folder, 'summary.json');
  const { ok, output } = await run(step, { ...env, ...step.env, TEST_SUMMARY: file }, live);
  const summary: Summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : nothing;
  rmSync(folder, { recursive: true });
  // A suite that ran no test proves nothing.
  if (ok && step.command[0] === 'vitest' && summary.passed === 0) {
    const failures = [`no test ran, ${summary.skipped} were skipped`];
    return { ...summary, failed: 1, failures, name: step.name, ok: false, output };
  }
  const failed = ok ? summary.failed : Math.max(1, summary.failed);
  const failures = ok || summary.failures.length > 0 ? summary.failures : [lastLines(output)];
  return { ...summary, failed, failures, name: step.name, ok, output };
}

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-20).join('\n    ');

async function run(step: Step, env: NodeJS.ProcessEnv, live: boolean): Promise<{ ok: boolean; output: string }> {
  const [program = '', ...args] = step.command;
  const child = spawn(program, args, {
    stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    // As npm does, because the command may be run without npm.
    env: { ...env, PATH: `${programs}${delimiter}${env.PATH ?? ''}` },
    shell: process.platform === 'win32',
  });
  children.add(child);
  if (child.pid !== undefined && !live && !isWaiting(step))
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const ended = once(child, 'close').then(
    ([status]) => ({ ok: status === 0, problem: '' }),
    (error: Error) => ({ ok: false, problem: error.message }),
  );
  const [{ ok, problem }, ...output] = await Promise.all([
    ended,
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]);
  children.delete(child);
  return { ok, output: [...output, problem].join('') };
}
