import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import { parseIac } from '../../cli/iac-name.ts';
import { showProgress } from '../../cli/progress.ts';
import { installEngine } from '../../platform/engine/engine-install.ts';
import { runSteps } from '../../test/run-steps.ts';
import { onEndpoint, onEngine, onTerraform, type Step, steps } from '../../test/steps.ts';
import type { Summary } from '../../test/summary-reporter.ts';

const parts = [...new Set(steps.map((step) => step.part))].sort();

const usage = `
usage: npm test [-- --only PART]

Runs all checks with one command, several steps at a time: types, lint, unit and property tests, the simulation,
synthesis of every stage, the conformance suite on every cloud, and the integration suite on the deployed system. That
suite runs with an HTTP API and with Function URLs, and once for the workers and faults. The rest: platforms that start,
change and stop, and the storefront in a browser. Each step prints its output when it ends; a single step prints live.

  --only PART  ${parts.join(', ')}
  --iac terraform   only with --only integration: test the stack that the real Terraform applied; skipped, with
                    the reason, where Terraform or its provider is missing
  --help

npm run test:integration runs only the integration suite, on AWS_ENDPOINT_URL if set.
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
    throw new CliError('usage', '--iac terraform needs --only integration', usage.trim());
  }
  const chosen = byTerraform
    ? onTerraform
    : external
      ? onEndpoint
      : steps.filter((step) => only === undefined || step.part === only);
  const progress = showProgress();
  const needsEngine = ({ part }: Step) => !external && onEngine.includes(part);
  // Once, before parallel steps would each do it. On failure, a step that needs the engine reports the error.
  const engine = chosen.some(needsEngine) ? installEngine(progress.step).catch(() => {}) : undefined;
  const beforeStep = (step: Step) => (needsEngine(step) ? engine : undefined);
  const results = await runSteps(chosen, external ? process.env : ownEngine, progress, beforeStep);

  const total = (count: Exclude<keyof Summary, 'failures'>) => results.reduce((sum, result) => sum + result[count], 0);
  const broken = results.filter((result) => !result.ok);
  for (const { name, failures } of broken) process.stdout.write(`\nbroken: ${[name, ...failures].join('\n  ')}\n`);
  process.stdout.write('\n');
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
  return broken.length > 0 ? exitCodes.failed : exitCodes.ok;
});
