import { CliError, exitCodes, parseCommandLine, runMain } from './cli/cli.ts';
import { parseIac } from './cli/iac-name.ts';
import { showProgress } from './cli/progress.ts';
import { installEngine } from './platform/engine/engine-install.ts';
import { runSteps } from './test/run-steps.ts';
import { onEndpoint, onEngine, onTerraform, steps } from './test/steps.ts';
import type { Summary } from './test/summary-reporter.ts';

const parts = [...new Set(steps.map((step) => step.part))].sort();

const usage = `
usage: npm test [-- --only PART]

Everything that must hold, from one command, three steps at a time: types, lint, unit and property tests, the simulation,
synthesis of every stage, one conformance suite over the clouds, and the integration suite on the deployed system, with
an HTTP API and with Function URLs, and once what lies behind them; platforms that start, change and end; the
storefront in a browser. The output of a step comes whole when it ends; that of a single one comes as it goes.

  --only PART  ${parts.join(', ')}
  --iac terraform   only with --only integration: on the stack that the real Terraform applied; skipped, with
                    the reason, where there is no Terraform or no provider of it
  --help

npm run test:integration runs the integration suite alone, and on AWS_ENDPOINT_URL if that is set.
`;

await runMain(async () => {
  const { only, iac } = parseCommandLine(usage, { only: { type: 'string' }, iac: { type: 'string' } });
  if (only !== undefined && !parts.includes(only)) {
    throw new CliError('usage', `--only is '${only}', must be one of ${parts.join(', ')}`, usage.trim());
  }
  const { AWS_ENDPOINT_URL: endpoint, ...ownEngine } = process.env;
  const external = only === 'integration' && endpoint !== undefined;
  const byTerraform = parseIac(iac) === 'terraform';
  if (byTerraform && only !== 'integration') {
    throw new CliError('usage', '--iac terraform is for --only integration', usage.trim());
  }
  const chosen = byTerraform
    ? onTerraform
    : external
      ? onEndpoint
      : steps.filter((step) => only === undefined || step.part === only);
  const progress = showProgress();
  // Steps that begin at the same time would each install it; whoever cannot do without says what is missing.
  if (!external && chosen.some(({ part }) => onEngine.includes(part)))
    await installEngine(progress.step).catch(() => {});
  const results = await runSteps(chosen, external ? process.env : ownEngine, progress);

  const total = (count: Exclude<keyof Summary, 'failures'>) => results.reduce((sum, result) => sum + result[count], 0);
  const broken = results.filter((result) => !result.ok);
  for (const { name, failures } of broken) process.stdout.write(`\nbroken: ${[name, ...failures].join('\n  ')}\n`);
  process.stdout.write('\n');
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
  return broken.length > 0 ? exitCodes.failed : exitCodes.ok;
});
