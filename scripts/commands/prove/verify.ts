import { join } from 'node:path';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { showProgress } from '../../cli/progress.ts';
import { readCommit } from '../../platform/process/commit.ts';
import { localFolder, projectFolder } from '../../platform/process/paths.ts';
import { createWorkspace } from '../../platform/process/workspace.ts';
import { table } from '../../report/table.ts';
import { type Line, lines } from '../../verify/lines.ts';
import { formatDuration, pageFile, readRecord, recordFile, updateRecord, writeRecord } from '../../verify/record.ts';
import { type LineResult, runLine } from '../../verify/run-line.ts';

const maxMinutes = 90;

const usage = `
usage: npm run verify -- [--only NAME]

Runs what does not fit into npm test, one line after the other, in at most ${maxMinutes} minutes. A line fails if its command
fails, takes too long, or counts nothing done. Writes date, commit and duration of each line to docs/${pageFile} (from
docs/${recordFile}), and the output of each command to .local/verify. Exit code 0 only if each line passed or was skipped
with its reason, and one at least passed.

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
  // Before the lines: some of them take long enough for a commit.
  const commit = readCommit(`docs/${recordFile}`, `docs/${pageFile}`);
  const results = await runAll(chosen);
  const docs = join(projectFolder, 'docs');
  const date = `${new Date().toISOString().slice(0, 16)}Z`;
  writeRecord(docs, updateRecord(readRecord(docs), lines, results, { commit, date }));
  process.stdout.write(`${formatResults(results, chosen)}\ncommit ${commit}; written: docs/${pageFile}\n`);
  const failed = results.filter(({ verdict }) => verdict !== 'passed' && verdict !== 'skipped');
  for (const { name, verdict, reason } of failed) process.stdout.write(`FAILED: ${name} ${verdict}: ${reason ?? ''}\n`);
  const passed = results.filter(({ verdict }) => verdict === 'passed').length;
  process.stdout.write(`${passed} of ${results.length} lines passed\n`);
  // Skipped lines alone have shown nothing.
  return failed.length === 0 && passed > 0 ? exitCodes.ok : exitCodes.failed;
});

async function runAll(chosen: readonly Line[]): Promise<readonly LineResult[]> {
  const [workspace, progress, stop] = [createWorkspace(), showProgress(), new AbortController()];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const end = Date.now() + maxMinutes * 60_000;
  const results: LineResult[] = [];
  for (const [index, line] of chosen.entries()) {
    const { name, minutes } = line;
    const limitMs = Math.min(minutes * 60_000, end - Date.now());
    if (stop.signal.aborted || limitMs <= 0) {
      const reason = stop.signal.aborted ? 'interrupted before its turn' : `no time was left of ${maxMinutes} minutes`;
      results.push({ name, verdict: 'not run', count: 0, seconds: 0, reason });
      continue;
    }
    const title = `${index + 1}/${chosen.length} ${name}`;
    progress.step(title);
    const onProgress = (last: string) => progress.step(`${title}: ${last}`);
    const logFile = join(localFolder, 'verify', `${name}.log`);
    const result = await runLine(line, { workspace, logFile, limitMs, onProgress, stop: stop.signal });
    progress.line(`${name}: ${result.verdict}, ${result.count} ${line.things}, ${formatDuration(result.seconds)}`);
    results.push(result);
  }
  progress.done();
  workspace.remove();
  return results;
}

function formatResults(results: readonly LineResult[], chosen: readonly Line[]): string {
  const rows = results.map(({ name, verdict, count, seconds, reason = '' }, index) => [
    ...[name, verdict, `${count} ${chosen[index]?.things}`, formatDuration(seconds)],
    reason.slice(0, 60),
  ]);
  return table(rows, ['line', 'result', 'done', 'duration', '']);
}
