import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { copyProject } from '../platform/process/copied-project.ts';
import { type ProgramEnd, runProgram } from '../platform/process/run-program.ts';
import { type PartName, parts } from './parts.ts';
import { type Removal, removePart } from './remove-part.ts';

export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** The check is skipped when this path is missing. */
  readonly needs?: string;
}

const vitest = (project: string) => ['vitest', 'run', '--project', project, '--reporter=dot'];

/** Types and layers; takes seconds. */
export const quickChecks: readonly Check[] = [
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types of the clouds', command: ['tsc', '-p', 'tsconfig.clouds.json'] },
  { name: 'imports', command: ['node', 'scripts/commands/maintain/imports.ts'] },
];

export const allChecks: readonly Check[] = [
  ...quickChecks,
  { name: 'types of the storefront', command: ['tsc', '-p', 'storefront'], needs: 'storefront' },
  { name: 'lint', command: ['biome', 'check', '.'] },
  { name: 'budgets', command: ['oxlint', '.'] },
  { name: 'unit', command: vitest('unit') },
  { name: 'synth', command: vitest('synth') },
];

export interface Checked {
  readonly failures: readonly { readonly check: string; readonly output: string }[];
  readonly checks: number;
}

export interface Verdict extends Removal, Checked {
  readonly part: PartName;
  readonly seconds: number;
}

/** Set in a checked copy, so that tests which copy and check the project are skipped there: each check sets it. */
export const inCheckedCopy = 'IN_CHECKED_COPY';

/** The unit tests wait half of their time, so a second check runs beside them. */
const atOnce = 2;

/** Runs the checks that apply to a folder's project. */
export async function runChecks(folder: string, checks: readonly Check[]): Promise<Checked> {
  const due = checks.filter(({ needs }) => needs === undefined || existsSync(join(folder, needs)));
  const limit = pLimit(atOnce);
  const ends = await limit.map(due, async ({ name, command }) => ({ check: name, ...(await run(folder, command)) }));
  const failures = ends.filter(({ code }) => code !== 0).map(({ check, output }) => ({ check, output: output.trim() }));
  return { failures, checks: due.length };
}

/** Deletes a part in a copy of the project, and runs the checks there. */
export async function checkWithout(project: string, part: PartName, checks: readonly Check[]): Promise<Verdict> {
  const begun = performance.now();
  const folder = copyProject(project, 'without-a-part-');
  try {
    const removal = tryToRemove(folder, part);
    if ('failure' in removal) return { ...nothing, part, failures: [removal.failure], checks: 1, seconds: 0 };
    const checked = await runChecks(folder, checks);
    const seconds = (performance.now() - begun) / 1_000;
    return { ...removal, part, ...checked, seconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const nothing: Removal = { files: 0, lines: 0, editedLines: 0 };

/** Reports a part that cannot be removed as a failure; the others are still checked. */
function tryToRemove(folder: string, part: PartName): Removal | { failure: { check: string; output: string } } {
  try {
    return removePart(folder, parts[part], Object.values(parts));
  } catch (error) {
    return { failure: { check: 'removal', output: String(error) } };
  }
}

function run(cwd: string, [tool = '', ...args]: readonly string[]): Promise<ProgramEnd> {
  const command = tool === 'node' ? process.execPath : join(cwd, 'node_modules', '.bin', tool);
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST_|NODE_OPTIONS)/.test(name));
  return runProgram(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', [inCheckedCopy]: '1' },
  });
}
