import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findPlaceholders } from '../../../../stacks/model/checks/placeholders.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';

const command = join(import.meta.dirname, '../../../../scripts/commands/deploy/doctor.ts');

/** Without credentials, a profile or a platform. */
function run(...args: readonly string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nowhere',
    PLATFORM_FILE: '/nowhere/platform.json',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

it('refuses prod of this checkout, and names every placeholder in one line', () => {
  const { status, stdout } = run('--stage', 'prod', '--json');
  const { ready, lines } = JSON.parse(stdout) as { ready: boolean; lines: { check: string; found: string }[] };
  expect({ status, ready }).toEqual({ status: 1, ready: false });
  const found = lines.find(({ check }) => check === 'placeholders')?.found ?? '';
  const placeholders = findPlaceholders(stages.prod);
  expect(placeholders.length).toBeGreaterThan(0);
  for (const { setting, got } of placeholders) expect(found).toContain(`${setting} is '${got}'`);
  expect(found.split('\n')).toHaveLength(placeholders.length + 1);
});

it('says that no emulator runs', () => {
  const { status, stdout, stderr } = run('--stage', 'local');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/error not_running: .*\n.*npm start/);
});

it.each([
  [[], /--stage is missing/],
  // Where Azure is left out, the cloud itself is unknown.
  [['--stage', 'local', '--cloud', 'azure'], /stage local is|--cloud is 'azure', must be/],
  [['--stage', 'dev', '--iac', 'pulumi'], /--iac/],
])('takes %j for wrong usage', (args, said) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(2);
  expect(stderr).toMatch(said);
});
