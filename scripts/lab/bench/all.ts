import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectFolder } from '../../platform/process/paths.ts';

interface Benchmark {
  readonly name: string;
  readonly what: string;
  /** Folder that the benchmark needs; a fork may have left it out. */
  readonly needs?: string;
}

const allBenchmarks: readonly Benchmark[] = [
  { name: 'calls', what: 'Store cost of an order', needs: 'scripts/lab/simulation' },
  { name: 'cold', what: 'Cold starts' },
  { name: 'middleware', what: 'The middleware' },
  { name: 'path', what: 'The local path' },
  { name: 'traces', what: 'Traces and metrics' },
  { name: 'checker', what: 'The invariant checker' },
];

/** The benchmarks available in this checkout. */
export const benchmarks = allBenchmarks.filter(({ needs = '.' }) => existsSync(join(projectFolder, needs)));

export interface Measured extends Pick<Benchmark, 'name' | 'what'> {
  readonly output: string;
  readonly exitCode: number;
  readonly seconds: number;
}

/** Runs the benchmarks one at a time, each in its own process, so that none affects the next. */
export async function runBenchmarks(onStart: (name: string) => void): Promise<readonly Measured[]> {
  const results: Measured[] = [];
  for (const { name, what } of benchmarks) {
    onStart(name);
    const begun = performance.now();
    const args = ['scripts/run.mjs', 'prove/bench', name];
    const child = spawn(process.execPath, args, { cwd: projectFolder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    results.push({ name, what, output, exitCode: exitCode ?? 1, seconds });
  }
  return results;
}

/** A benchmark that printed nothing has failed. */
export const isMeasured = ({ output, exitCode }: Measured): boolean => exitCode === 0 && output.trim() !== '';

export interface Circumstances {
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
}

export const performancePage = join(projectFolder, 'docs/performance.md');

export function writePage(results: readonly Measured[], circumstances: Circumstances): void {
  writeFileSync(performancePage, formatPage(results, circumstances));
}

export function formatPage(results: readonly Measured[], { commit, date }: Circumstances): string {
  return [
    '# Performance',
    '',
    'Results of `npm run bench -- all`, which writes this page. Figures apply to their commit and machine only, and',
    'compare versions of this code: they do not predict AWS. Dollars are arithmetic, by the prices of',
    '[the planner](planning.md) in us-east-1.',
    '',
    `Commit \`${commit}\`, ${date}, Node ${process.version} on ${process.arch}, ${availableParallelism()} processors.`,
    '',
    '| measure | command | verdict | took |',
    '|---|---|---|---|',
    ...results.map(
      (result) =>
        `| ${result.what} | \`npm run bench -- ${result.name}\` | ${toVerdict(result)} | ${result.seconds} s |`,
    ),
    ...results.flatMap(({ what, name, output }) => [
      ...['', `## ${what}`, `\`npm run bench -- ${name}\``, '', '```text'],
      output.trimEnd(),
      '```',
    ]),
    '',
  ].join('\n');
}

function toVerdict(result: Measured): string {
  if (isMeasured(result)) return 'within its limits';
  return result.output.trim() === '' ? '**failed**' : '**beyond a limit**';
}

/** Benchmark names in the page. A test compares them: a new benchmark is missing until the page is regenerated. */
export const namesInPage = (): readonly string[] =>
  [...readFileSync(performancePage, 'utf8').matchAll(/^\| [^|]+ \| `npm run bench -- (\w+)`/gm)].map(
    ([, name = '']) => name,
  );
