import type { Check, Line, Look } from './check.ts';
import { unknown } from './check.ts';
import { explainError, TimeoutError } from './explain-error.ts';

export interface Plan<Context> {
  /** Checks that need no network. */
  readonly first: readonly Check<Context>[];
  /** In sequence. If one is not ok, no later check runs, because it would fail in the same way. */
  readonly gates: readonly Check<Context>[];
  readonly rest: readonly Check<Context>[];
}

export interface RunOptions {
  /** Timeout of a check: an address that drops packets must not block the command. */
  readonly timeoutMs: number;
  readonly onStep: (name: string) => void;
}

export const defaultTimeoutMs = 20_000;

/** Runs all checks, and returns a line for each in the plan's order. */
export async function runChecks<Context>(
  { first, gates, rest }: Plan<Context>,
  context: Context,
  options: RunOptions,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const check of first) lines.push(await makeCheck(check, context, options));
  let closed: Line | undefined;
  for (const gate of gates) {
    const line = closed ? skip(gate, closed) : await makeCheck(gate, context, options);
    if (!closed && line.status !== 'ok') closed = line;
    lines.push(line);
  }
  if (closed) return [...lines, ...rest.map((check) => skip(check, closed))];
  return [...lines, ...(await Promise.all(rest.map((check) => makeCheck(check, context, options))))];
}

async function makeCheck<Context>(check: Check<Context>, context: Context, options: RunOptions): Promise<Line> {
  options.onStep(check.name);
  return { check: check.name, ...(await lookInTime(check, context, options.timeoutMs)) };
}

async function lookInTime<Context>(check: Check<Context>, context: Context, timeoutMs: number): Promise<Look> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(`none within ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([check.look(context), late]);
  } catch (error) {
    return explainError(error, check.permissions);
  } finally {
    clearTimeout(timer);
  }
}

const skip = <Context>(check: Check<Context>, gate: Line): Line => ({
  check: check.name,
  ...unknown('not checked', `${gate.check} first`, ''),
});
