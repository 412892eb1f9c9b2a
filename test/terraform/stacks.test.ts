import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { projectFolder } from '../../scripts/platform/process/paths.ts';
import { findTerraform, mirroredVersion, writeCliConfig } from '../../scripts/platform/terraform/provider.ts';
import { findPlaceholders } from '../../stacks/model/checks/placeholders.ts';
import { type Cloud, clouds } from '../../stacks/model/clouds/clouds.ts';
import { physicalName, project } from '../../stacks/model/names.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { exampleVariables, ownVariables, planVariables } from './plan-variables.ts';
import { readStack, stackFile, stackNames } from './synthesized.ts';

const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { cpuSeconds, status, stderr, folder: synthesized } = inject('synthesis');
const stacks = stackNames();

test('synthesizes all stages in less than five CPU seconds, without credentials', () => {
  expect([status, stderr]).toEqual([0, '']);
  expect(stacks).toEqual(expect.arrayContaining([physicalName('prod', 'aws'), physicalName('local', 'aws')]));
  expect(cpuSeconds).toBeLessThan(5);
});

const stateKey = (cloud: Cloud) => `${project}/dev/${cloud}.tfstate`;
const backends = {
  aws: { s3: { key: stateKey('aws'), encrypt: true, use_lockfile: true } },
  azure: { azurerm: { key: stateKey('azure'), use_azuread_auth: true } },
  google: { gcs: { prefix: `${project}/dev/google` } },
};

test('keeps the state of each cloud in its own storage, where that is asked for', () => {
  const out = join(folder, 'remote');
  const args = ['--stage', 'dev', '--cloud', 'all', '--no-code', '--state', 'remote', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, ['stacks/terraform/app.ts', ...args], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const read = (cloud: Cloud) =>
    JSON.parse(readFileSync(join(out, 'stacks', physicalName('dev', cloud), 'cdk.tf.json'), 'utf8')).terraform;
  for (const cloud of clouds) expect(read(cloud).backend).toEqual(backends[cloud]);
  expect(read('aws').required_version).toBe('>= 1.10');
});

describe.each(['azure', 'google'] as const)('%s', (cloud) => {
  beforeEach((context) => {
    const terraform = found();
    if (typeof terraform === 'string') context.skip(terraform);
  });

  const read = (stage: string) => readStack(physicalName(stage, cloud));
  const plan = (stage: string, values: Readonly<Record<string, string>>) =>
    planVariables(join(folder, 'variables', `${cloud}-${stage}`), read(stage), values);

  test('dev asks only for what belongs to an account', () => {
    expect(plan('dev', ownVariables[cloud])).toBe('');
  });

  test('prod refuses every example in one message, before anything is created', () => {
    const { variable } = JSON.parse(read('prod')) as { variable: Record<string, unknown> };
    const examples = Object.entries(exampleVariables).filter(([name]) => name in variable);
    const error = plan('prod', Object.fromEntries(examples));
    for (const [name] of examples) expect(error).toContain(`${name} must be `);
    expect(error.match(/Invalid value for variable/g)).toHaveLength(examples.length);
    const partner = { partner_secret: 'a-secret-that-has-more-than-32-characters' };
    const own = { ...ownVariables[cloud], ...partner, alarm_email: 'night@test-shop.com', origin_secret_before: '' };
    expect(plan('prod', own)).toBe('');
  });

  test('holds an example of a setting exactly where the synthesis refuses it', () => {
    for (const stage of [stages.dev, stages.staging, stages.prod]) {
      const { variable, ...rest } = JSON.parse(read(stage.name)) as { variable: Record<string, { default?: unknown }> };
      const defaults = Object.values(variable).map((one) => one.default);
      const used = JSON.stringify([rest, defaults]).match(/[\w@.-]+\.example(?![\w-])/g) ?? [];
      const refused = findPlaceholders(stage, [cloud]).map(({ got }) => got.replace('https://', ''));
      expect([...new Set(used)].sort()).toEqual([...new Set(refused)].sort());
    }
  });
});

describe.each(stacks)('%s', (stack) => {
  test('names no account, no key and no local path', () => {
    for (const place of [synthesized, projectFolder, homedir()].filter((one) => one.length > 5))
      expect(readStack(stack)).not.toContain(place);
    expect(readStack(stack)).not.toMatch(/\b\d{12}\b|AKIA[A-Z0-9]{16}/);
  });
});

describe.concurrent.each(stacks)('%s', (stack) => {
  test('passes terraform validate, if its provider is available', { timeout: 240_000 }, async (context) => {
    const problem = await validate(stack);
    if (problem.skipped) return context.skip(problem.skipped);
    context.expect(problem.error).toBe('');
  });
});

async function validate(stack: string): Promise<{ readonly skipped?: string; readonly error?: string }> {
  const terraform = found();
  if (typeof terraform === 'string') return { skipped: terraform };
  const config = join(folder, 'cli.tfrc');
  if (!existsSync(config)) writeCliConfig(config, terraform);
  // Terraform writes beside the file, which other tests read.
  const cwd = join(folder, 'stacks', stack);
  cpSync(dirname(stackFile(stack)), cwd, { recursive: true });
  const run = async (...args: string[]) => {
    const child = spawn('terraform', args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, TF_CLI_CONFIG_FILE: config, TF_INPUT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const [status] = await once(child, 'close');
    return { status, stderr };
  };
  const init = await run('init', '-no-color', '-backend=false');
  if (init.status !== 0) {
    const wanted = Object.entries(
      JSON.parse(readStack(stack)).terraform.required_providers as Record<string, Provider>,
    );
    const text = wanted.map(([, { source, version }]) => `${source} ${version}`).join(', ');
    const own = wanted.map(([, { source }]) => mirroredVersion(terraform, source) ?? 'none').join(', ');
    if (/available releases|Could not retrieve|Failed to query available/.test(init.stderr))
      return { skipped: `no provider: the reachable registry lacks ${text}; the mirror has ${own}` };
    return { error: init.stderr };
  }
  return { error: (await run('validate', '-no-color')).stderr };
}

interface Provider {
  readonly source: string;
  readonly version: string;
}

function found() {
  try {
    return findTerraform();
  } catch (error) {
    return (error as Error).message;
  }
}
