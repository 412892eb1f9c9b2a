import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { TerraformFile } from '../../scripts/platform/terraform/translate/terraform-text.ts';
import { readFiles } from '../../scripts/rules/read-files.ts';
import { clouds } from '../../stacks/model/clouds/clouds.ts';
import { nameInAccount, physicalName, project } from '../../stacks/model/names.ts';
import { regionRights } from '../../stacks/model/operations/region-rights.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { tableName } from '../../stacks/model/table-shapes.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { grant, toPolicyDocument } from '../../stacks/terraform/aws/iam-policy.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';
import { away, home } from '../support/regions-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'regions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const deploy = { repository: 'owner/shop', environment: 'prod', createsProvider: true };
const cells: readonly Stage[] = [home, away].map((cell) => ({ ...cell, deploy, terraformState: 'remote' }));
await synthesizeTerraform({ stages: cells, clouds: ['aws'], outdir: folder, code: false });

type Body = Record<string, unknown>;
const fileOf = (cell: Stage) => join(folder, 'stacks', nameInAccount(cell, 'aws'), 'cdk.tf.json');
const read = (cell: Stage) => JSON.parse(readFileSync(fileOf(cell), 'utf8')) as TerraformFile & { terraform: Body };
const resources = (cell: Stage, type: string) => Object.values(read(cell).resource[type] ?? {}) as Body[];

test.each(cells)('breaks no rule of deployability in $region', (cell) => {
  expect(readFiles([fileOf(cell)]).flatMap(({ template }) => checkTemplate(template, rules))).toEqual([]);
});

test.each(cells)('replicates the tables of $region, as protected as they are', (cell) => {
  const other = cell.region === home.region ? away.region : home.region;
  const copy = {
    region_name: other,
    point_in_time_recovery: true,
    deletion_protection_enabled: true,
    propagate_tags: true,
  };
  const replicas = new Map(resources(cell, 'aws_dynamodb_table').map(({ name, replica }) => [name, replica]));
  expect(replicas.get(tableName(cell, 'orders'))).toEqual([copy]);
  expect(replicas.get(tableName(cell, 'views'))).toEqual([copy]);
  expect(replicas.get(physicalName('prod', 'stock'))).toBeUndefined();
  expect(replicas.has(physicalName('prod', 'catalog'))).toBe(cell.region === home.region);
});

test('each region has a state of its own, which only its own role may write', () => {
  const keys = cells.map((cell) => ((read(cell).terraform.backend as Body).s3 as Body).key);
  expect(keys).toEqual([`${project}/prod/aws-eu-central-1.tfstate`, `${project}/prod/aws-us-west-2.tfstate`]);
  for (const [index, cell] of cells.entries()) {
    const states = resources(cell, 'aws_iam_role_policy')
      .map(({ policy }) => String(policy))
      .filter((policy) => policy.includes('.tfstate'));
    expect(states).toHaveLength(1);
    for (const [at, key] of keys.entries()) expect(states[0]?.includes(String(key))).toBe(at === index);
  }
});

test('two regions of one account share no account-wide name', () => {
  const types = ['aws_iam_role', 'aws_iam_policy', 'aws_cloudwatch_dashboard', 'aws_cloudfront_function'];
  const [here = [], there = []] = cells.map((cell) =>
    types.flatMap((type) =>
      resources(cell, type)
        .map(({ name, dashboard_name }) => name ?? dashboard_name)
        .filter((name) => name !== undefined),
    ),
  );
  expect(there).toHaveLength(8);
  expect(here.filter((name) => there.includes(name))).toEqual([]);
  expect(resources(away, 'aws_iam_openid_connect_provider')).toEqual([]);
});

test.each(clouds.filter((cloud) => cloud !== 'aws'))('%s refuses a stage with regions, and says why', async (cloud) => {
  const synthesis = { stages: [home], clouds: [cloud], outdir: join(folder, cloud), code: false };
  await expect(synthesizeTerraform(synthesis)).rejects.toThrow(
    `regions: stage 'prod' has eu-central-1, us-west-2, which only AWS knows. Use a stage without regions on ${cloud}`,
  );
});

test('the role that applies a region may make its copies elsewhere, by its own policy that fits', () => {
  const longest = { partition: 'aws-us-gov', account: '123456789012', region: 'ap-southeast-1' };
  const rights = regionRights(home, longest);
  expect(toPolicyDocument(rights.map(grant)).length).toBeLessThanOrEqual(6_144);
  const elsewhere = rights.flatMap(({ resources: arns }) => arns).filter((arn) => arn.includes(`:${away.region}:`));
  const own = (service: string, kind: string) =>
    `arn:aws-us-gov:${service}:us-west-2:123456789012:${kind}${physicalName('prod', '*')}`;
  expect(elsewhere).toEqual([own('dynamodb', 'table/'), own('secretsmanager', 'secret:')]);
  for (const cell of cells)
    expect(JSON.stringify(resources(cell, 'aws_iam_role_policy_attachment'))).toContain('RegionPolicy');
});

test('needs the provider that can protect a copy only where copies are protected', async () => {
  const small = { ...home.tables.orders, warm: null } as Stage['tables']['orders'];
  const tables = { orders: small, stock: small, catalog: small, views: small, coordination: small };
  const versionOf = async (name: string, changes: Partial<Stage>) => {
    const cell = { ...home, tables, ...changes };
    await synthesizeTerraform({ stages: [cell], clouds: ['aws'], outdir: join(folder, name), code: false });
    const file = readFileSync(join(folder, name, 'stacks', nameInAccount(cell, 'aws'), 'cdk.tf.json'), 'utf8');
    return (JSON.parse(file) as { terraform: Record<string, Body> }).terraform.required_providers?.aws;
  };
  const unprotected = {
    keepData: false,
    retention: null,
    deletionProtection: false,
    edge: { ...home.edge, accessLogDays: null },
  };
  expect(await versionOf('protected', {})).toMatchObject({ version: '>= 6.25, < 7' });
  expect(await versionOf('unprotected', unprotected)).toMatchObject({ version: '>= 5.100, < 7' });
});
