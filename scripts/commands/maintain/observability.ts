import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { checkConfiguration, checkRules } from '../../observability/check-rules.ts';
import { generatedFiles, staleFiles, writeFiles } from '../../observability/files.ts';
import { installPrometheus } from '../../observability/promtool.ts';
import { allStages } from '../../observability/rules.ts';

const usage = `
usage: npm run observability -- [--check]

Writes the rules of Prometheus and the dashboards of Grafana in observability/, from the same rows as the alarms and
the dashboard of the stages on AWS.

  --check  write nothing: the files must be current, and in promtool's tests each alarm of each stage must fire on its
           own series, at its time, and no alarm on healthy ones
  --help
`;

await runMain(async () => {
  const { check } = parseCommandLine(usage, { check: { type: 'boolean', default: false } });
  if (!check) {
    writeFiles();
    process.stdout.write(`${generatedFiles().size} files written in observability/\n`);
    return exitCodes.ok;
  }
  const stale = staleFiles();
  if (stale.length > 0)
    throw new CliError('observability_stale', `not as the rows have it: ${stale.join(', ')}`, 'npm run observability');
  const { promtool } = await installPrometheus();
  const findings = [await checkConfiguration(promtool)];
  for (const stage of allStages) findings.push(await checkRules(promtool, stage));
  const text = findings.join('');
  process.stdout.write(
    text === '' ? `${allStages.length} stages: each alarm fires, and none when all is well\n` : text,
  );
  return text === '' ? exitCodes.ok : exitCodes.failed;
});
