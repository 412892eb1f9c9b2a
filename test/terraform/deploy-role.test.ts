import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTerraformStack } from '../../scripts/rules/read-terraform-stack.ts';
import type { JsonObject } from '../../stacks/model/json.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { deployTrust } from '../../stacks/model/operations/deploy-role.ts';
import type { Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'deploy-role-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deploy = { repository: 'owner/shop', environment: 'dev', createsProvider: true };
const stage: Stage = { ...stages.dev, deploy };
await synthesizeTerraform({ clouds: ['aws'], stages: [stage], outdir: folder, code: false });
const text = readFileSync(join(folder, 'stacks', physicalName('dev', 'aws'), 'cdk.tf.json'), 'utf8');
const { resource } = JSON.parse(text) as { resource: Record<string, Record<string, JsonObject>> };

const findDeploy = (type: string) =>
  Object.entries(resource[type] ?? {}).flatMap(([id, body]) => (id.startsWith('Deploy_') ? [body] : []));

test('the role trusts what the one by CDK trusts, and may take one role', () => {
  const [role] = findDeploy('aws_iam_role');
  expect(role?.name).toBe(physicalName('dev', 'deploy'));
  const place = { partition: 'aws', account: '1', region: 'eu-central-1' };
  const [{ Principal, ...trust }] = JSON.parse(String(role?.assume_role_policy)).Statement;
  const { Principal: _, ...expected } = deployTrust(deploy, place);
  expect(trust).toEqual(expected);
  expect(Principal.Federated).toMatch(/:oidc-provider\/token\.actions\.githubusercontent\.com$/);
  const [policy] = findDeploy('aws_iam_role_policy');
  expect(JSON.parse(String(policy?.policy)).Statement).toEqual([
    {
      Sid: 'Deploy',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: [expect.stringMatching(/:role\/terraform-apply$/)],
    },
  ]);
});

test('its provider has no thumbprint, and the stack keeps the rules', () => {
  expect(findDeploy('aws_iam_openid_connect_provider')).toEqual([
    expect.objectContaining({
      url: 'https://token.actions.githubusercontent.com',
      client_id_list: ['sts.amazonaws.com'],
    }),
  ]);
  expect(text).not.toContain('thumbprint');
  expect(checkTemplate(readTerraformStack(JSON.parse(text)), rules)).toEqual([]);
});
