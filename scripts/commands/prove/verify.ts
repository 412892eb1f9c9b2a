import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { readCommit } from '../../platform/process/commit.ts';
import { projectFolder } from '../../platform/process/paths.ts';
import { table } from '../../report/table.ts';
import { type Line, lines } from '../../verify/lines.ts';
import { formatDuration, pageFile, readRecord, recordFile, updateRecord, writeRecord } from '../../verify/record.ts';
import type { LineResult } from '../../verify/run-line.ts';
import { runLines } from '../../verify/run-lines.ts';

const maxMinutes = 90;
/** The second line waits for engines while the first calculates. With more, drills would wait for processors. */
const atOnce = Math.min(2, availableParallelism());

const usage = `
usage: npm run verify -- [--only NAME]

Runs the checks that are too long for npm test, two lines at a time, in at most ${maxMinutes} minutes. A line fails if its command fails,
takes too long, or counts nothing done. When a line ends, its date, commit and duration are written to docs/${pageFile}
(from docs/${recordFile}); the output of each command is in .local/verify. Exit code 0 only if each line passed or was skipped
with its reason, and at least one passed.

  --only NAME  one line:
${lines.map(({ name, what }) => `                 ${name.padEnd(15)} ${what}`).join('\n')}
  --help

LOCALSTACK_URL=http://... is a running LocalStack (default http://127.0.0.1:4566); the line localstack needs one.
`;

await runMain(async () => {
  const { only } = parseCommandLine(usage, { only: { type: 'string' } });
  const chosen = lines.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0)
    throw new CliError(
      'usage',
      `--only is '${only}', must be one of ${lines.map(({ name }) => name).join(', ')}`,
      usage.trim(),
    );
  // Read before the lines run: some take long enough for a commit in between.
  const commit = readCommit(`docs/${recordFile}`, `docs/${pageFile}`);
  const docs = join(projectFolder, 'docs');
  const record = (result: LineResult) => {
    const date = `${new Date().toISOString().slice(0, 16)}Z`;
    writeRecord(docs, updateRecord(readRecord(docs), lines, [result], { commit, date }));
  };
  const limitMs = maxMinutes * 60_000;
  const results = await runLines(chosen, { atOnce, limitMs, progress: showProgress(), onResult: record });
  process.stdout.write(`${formatResults(results, chosen)}\ncommit ${commit}; written: docs/${pageFile}\n`);
  const failed = results.filter(({ verdict }) => verdict !== 'passed' && verdict !== 'skipped');
  for (const { name, verdict, reason } of failed) process.stdout.write(`FAILED: ${name} ${verdict}: ${reason ?? ''}\n`);
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  process.stdout.write(`${passed} of ${results.length} lines passed\n`);
  // Skipped lines alone prove nothing.
  return failed.length === 0 && passed > 0 ? exitCodes.ok : exitCodes.failed;
});

function formatResults(results: readonly LineResult[], chosen: readonly Line[]): string {
  const rows = results.map(({ name, verdict, count, seconds, reason = '' }, index) => [
    ...[name, verdict, `${count} ${chosen[index]?.things}`, formatDuration(seconds)],
    reason.slice(0, 60),
  ]);
  return table(rows, ['line', 'result', 'done', 'duration', '']);
}
