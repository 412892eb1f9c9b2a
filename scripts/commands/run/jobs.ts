import { bugs } from '../../../examples/jobs/bugs.ts';
import { runJobs } from '../../../examples/jobs/run/demo.ts';
import { startJobs } from '../../../examples/jobs/run/platform.ts';
import { reportOf } from '../../../examples/jobs/run/report.ts';
import { exitCodes, parseCommandLine, parseWholeNumber, runMain, UsageError } from '../../cli/cli.ts';
import { reportsFolder } from '../../platform/process/paths.ts';
import { whileRunning } from '../../platform/process/while-running.ts';
import { publishReport } from '../../report/publish.ts';
import { sectionsText } from '../../report/report.ts';

const names = bugs.map(({ name }) => name).join(', ');

const usage = `
usage: npm run jobs -- [options]

Another workload on the same platform (examples/jobs): a queue of jobs. Deploys it to the local engine with the real
CDK CLI, submits jobs over HTTP while calls fail, workers die and messages come twice, and checks its own invariants
in the stores. Exit code 0 only if all of them hold.

  --jobs N     jobs to submit (default 200)
  --seed N     the same seed injects the same faults (default 1)
  --bug NAME   builds a version with this bug; the checks must find it, so the exit code is 1:
               ${names}
  --help
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    jobs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    bug: { type: 'string' },
  });
  const count = parseWholeNumber('jobs', words.jobs, { min: 50, max: 10_000 });
  const seed = parseWholeNumber('seed', words.seed, { min: 0, max: 2 ** 31 });
  const { bug } = words;
  if (bug !== undefined && !bugs.some(({ name }) => name === bug))
    throw new UsageError(
      'bug_unknown',
      `--bug is '${bug}', must be one of ${names}`,
      `For example: --bug ${bugs[0]?.name}`,
    );
  return whileRunning(
    (hooks) => startJobs(bug, hooks),
    ({ target, outputs }) => `API ${outputs.ApiId} on ${target.engine}`,
    async (platform, progress) => {
      const report = reportOf(await runJobs(platform, count, seed, progress));
      progress.done();
      process.stdout.write(sectionsText(report.sections));
      process.stdout.write(publishReport(report, reportsFolder, 'jobs'));
      return report.failures.length > 0 ? exitCodes.failed : exitCodes.ok;
    },
  );
});
