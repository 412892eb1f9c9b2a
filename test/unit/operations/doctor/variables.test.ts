import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readVariables } from '../../../../scripts/operations/doctor/variables.ts';
import { physicalName } from '../../../../stacks/model/names.ts';

it('variables come from the environment, and those of terraform.tfvars win', () => {
  const root = mkdtempSync(join(tmpdir(), 'variables-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'cdktf.out/stacks', physicalName('dev', 'azure'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'terraform.tfvars'),
    '# a comment\nsuffix   = "acme1"\n  location = "West Europe" # here\n',
  );
  const environment = { TF_VAR_suffix: 'other', TF_VAR_origin_secret: 'secret', PATH: '/bin' };
  expect(readVariables('dev', 'azure', environment, root)).toEqual({
    suffix: 'acme1',
    location: 'West Europe',
    origin_secret: 'secret',
  });
  expect(readVariables('staging', 'azure', environment, root)).toEqual({ suffix: 'other', origin_secret: 'secret' });
});
