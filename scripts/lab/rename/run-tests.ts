import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramEnd, runProgram } from '../../platform/process/run-program.ts';

export interface TestCount {
  readonly passed: number;
  /** Names of failed tests, with their files. */
  readonly failed: readonly string[];
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Variables that programs need; others could tell them that they run within tests. */
const kept = ['PATH', 'HOME', 'TMPDIR', 'TMP', 'TEMP', 'SystemRoot', 'USERPROFILE'];
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

const run = (folder: string, args: readonly string[]): Promise<ProgramEnd> =>
  runProgram(process.execPath, args, { cwd: folder, env: environment() });

/** Runs the copy's tests: the projects, or some of their files. Excludes the rename test, which would run itself. */
export async function runTests(
  folder: string,
  projects: readonly string[],
  files: readonly string[],
): Promise<TestCount> {
  const report = join(folder, 'test-report.json');
  const { output } = await run(folder, [
    join(folder, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--exclude', '**/rename.test.ts', '--reporter=json', `--outputFile=${report}`],
    ...files,
  ]);
  if (!existsSync(report)) throw new Error(`vitest wrote no report in ${folder}:\n${output.slice(-2_000)}`);
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  return { passed: numPassedTests, failed: testResults.flatMap(findFailures) };
}

function findFailures({ name, status, assertionResults }: VitestReport['testResults'][number]): string[] {
  const failed = assertionResults.filter((one) => one.status === 'failed').map((one) => `${name}: ${one.fullName}`);
  return failed.length === 0 && status === 'failed' ? [`${name}: does not load`] : failed;
}

/** Synthesizes the copy's AWS stacks. @returns the error, if it fails */
export async function findRefusal(folder: string): Promise<string | undefined> {
  const { code, output } = await run(folder, ['stacks/aws/app.ts']);
  return code === 0 ? undefined : (/Error: (project: [\s\S]*?)\n {4}at /.exec(output)?.[1] ?? output.slice(-2_000));
}
