import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareModels } from '../../scripts/parity/compare.ts';
import { buildModels, synthesizeCdk } from '../../scripts/parity/stage-models.ts';
import type { TerraformFile } from '../../scripts/platform/terraform/translate/terraform-text.ts';
import { nameInAccount } from '../../stacks/model/names.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';
import { away, home } from '../support/regions-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'regions-parity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// Without the roles for a deploy: CDK has its own from the bootstrap.
const cells = [home, away];
await synthesizeTerraform({ stages: cells, clouds: ['aws'], outdir: folder, code: false });

test.each(cells)('CDK and Terraform build the same system in $region', (cell) => {
  const file = join(folder, 'stacks', nameInAccount(cell, 'aws'), 'cdk.tf.json');
  const terraform = JSON.parse(readFileSync(file, 'utf8')) as TerraformFile;
  const models = buildModels({ cdk: synthesizeCdk(cell, join(folder, 'cdk', String(cell.region))), terraform });
  const { differences, resources: compared } = compareModels(models.cdk, models.terraform);
  expect(compared).toBeGreaterThan(100);
  expect(differences.filter(({ reason }) => reason === undefined)).toEqual([]);
});
