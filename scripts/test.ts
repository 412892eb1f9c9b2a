import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../test/support/summary-reporter.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from './cli.ts';
import { type ExtraPackages, installExtra } from './local/extra-packages.ts';
import { iacNamed } from './local/iac-name.ts';
import { terraformLack } from './local/terraform/provider.ts';

const usage = `
usage: npm test [-- --only PART]

Everything that must hold, from one command: types, lint, unit and property tests, the simulation, synthesis of every
stage, one conformance suite over the clouds, and the integration suite on the deployed system, once with an HTTP API and once with
Function URLs; then the storefront in a browser.

  --only PART  types, lint, unit, simulation, synth, terraform, clouds, integration or browser
  --iac terraform   only with --only integration: on the stack that the real Terraform applied; skipped, with
                    the reason, where there is no Terraform or no provider of it
  --help

npm run test:integration runs the integration suite alone, and on AWS_ENDPOINT_URL if that is set.
`;

interface Step {
  readonly part: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Packages that only this step needs. */
  readonly needs?: readonly ExtraPackages[];
  /** Why it cannot run here; undefined when it can. */
  readonly lacking?: () => string | undefined;
}

const vitest = (project: string) => [
  'vitest',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=./test/support/summary-reporter.ts',
];

const steps: readonly Step[] = [
  { part: 'types', name: 'types', command: ['tsc', '-p', '.'] },
  { part: 'types', name: 'types of the storefront', command: ['tsc', '-p', 'storefront'] },
  {
    part: 'types',
    name: 'types of the other clouds',
    command: ['tsc', '-p', 'tsconfig.clouds.json'],
    needs: ['terraform', 'azure', 'google'],
  },
  { part: 'lint', name: 'lint', command: ['biome', 'check', '--colors=off', '.'] },
  { part: 'unit', name: 'unit and property tests', command: vitest('unit') },
  { part: 'simulation', name: 'simulation', command: vitest('simulation') },
  { part: 'synth', name: 'synthesis', command: vitest('synth') },
  { part: 'terraform', name: 'stacks of Terraform', command: vitest('terraform'), needs: ['terraform'] },
  { part: 'clouds', name: 'conformance of the clouds', command: vitest('clouds'), needs: ['azure', 'google'] },
  { part: 'integration', name: 'integration, HTTP API', command: vitest('integration'), env: { STAGE: 'local' } },
  {
    part: 'integration',
    name: 'integration, Function URLs',
    command: vitest('integration'),
    env: { STAGE: 'local-url' },
  },
  { part: 'browser', name: 'the storefront in a browser', command: vitest('browser'), env: { STAGE: 'local' } },
  {
    part: 'browser',
    name: 'a purchase in a browser, Function URLs',
    command: [...vitest('browser'), '-t', 'an item is bought, and its order'],
    env: { STAGE: 'local-url' },
  },
];

// An engine of others has one kind of front door; which stage fits it is the platform's to know.
const onEndpoint: readonly Step[] = [
  { part: 'integration', name: 'integration on AWS_ENDPOINT_URL', command: vitest('integration') },
];

/** Not part of `npm test`: the provider's waits alone take minutes. */
const onTerraform: readonly Step[] = [
  {
    part: 'integration',
    name: 'integration on what Terraform applied',
    command: vitest('integration'),
    env: { STAGE: 'local', IAC: 'terraform' },
    needs: ['terraform'],
    lacking: terraformLack,
  },
];

await runMain(async () => {
  const { only, iac } = parseCommandLine(usage, { only: { type: 'string' }, iac: { type: 'string' } });
  const parts = [...new Set(steps.map((step) => step.part))];
  if (only !== undefined && !parts.includes(only)) {
    throw new CliError('usage', `--only is '${only}', must be one of ${parts.join(', ')}`, usage.trim());
  }
  const { AWS_ENDPOINT_URL: endpoint, ...ownEngine } = process.env;
  const external = only === 'integration' && endpoint !== undefined;
  const byTerraform = iacNamed(iac) === 'terraform';
  if (byTerraform && only !== 'integration') {
    throw new CliError('usage', '--iac terraform is for --only integration', usage.trim());
  }
  const chosen = byTerraform
    ? onTerraform
    : external
      ? onEndpoint
      : steps.filter((step) => only === undefined || step.part === only);
  const results: StepResult[] = [];
  for (const step of chosen) results.push(await runStep(step, external ? process.env : ownEngine));

  const total = (count: keyof Summary) => results.reduce((sum, result) => sum + result[count], 0);
  const broken = results.filter((result) => !result.ok).map((result) => result.name);
  process.stdout.write(broken.length > 0 ? `\nbroken: ${broken.join('; ')}\n` : '\n');
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`);
  return broken.length > 0 ? exitCodes.failed : exitCodes.ok;
});

interface StepResult extends Summary {
  readonly name: string;
  readonly ok: boolean;
}

async function runStep(step: Step, env: NodeJS.ProcessEnv): Promise<StepResult> {
  process.stdout.write(`\n--- ${step.name}\n`);
  const lack = step.lacking?.();
  if (lack !== undefined) {
    process.stdout.write(`skipped: ${lack}\n`);
    return { passed: 0, failed: 0, skipped: 1, name: step.name, ok: true };
  }
  for (const one of step.needs ?? []) installExtra(one);
  const folder = mkdtempSync(join(tmpdir(), 'flash-sale-test-'));
  const file = join(folder, 'summary.json');
  const ok = await succeeds(step, { ...env, ...step.env, TEST_SUMMARY: file });
  const nothing: Summary = { passed: 0, failed: 0, skipped: 0 };
  const summary: Summary = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : nothing;
  rmSync(folder, { recursive: true });
  return { ...summary, failed: ok ? summary.failed : Math.max(1, summary.failed), name: step.name, ok };
}

/** A part that was interrupted ends the whole run, however politely its runner took the signal. */
async function succeeds({ command }: Step, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  let interrupted = false;
  const forward = (signal: NodeJS.Signals) => {
    interrupted = true;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  const [status, signal] = await once(child, 'exit');
  for (const one of signals) process.off(one, forward);
  if (signal || interrupted) process.exit(exitCodes.failed);
  return status === 0;
}
