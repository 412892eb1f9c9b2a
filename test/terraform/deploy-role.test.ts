import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readTerraformStack } from '../../scripts/rules/read-terraform-stack.ts';
import type { JsonObject } from '../../stacks/model/json.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { applyRights } from '../../stacks/model/operations/apply-rights.ts';
import { deployTrust } from '../../stacks/model/operations/deploy-role.ts';
import { exportRights } from '../../stacks/model/operations/export-rights.ts';
import { releaseRights } from '../../stacks/model/operations/release-rights.ts';
import type { DeploySettings, Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { grant, toPolicyDocument } from '../../stacks/terraform/aws/iam-policy.ts';
import { synthesizeTerraform } from '../../stacks/terraform/synthesize.ts';

const folder = mkdtempSync(join(tmpdir(), 'deploy-role-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deploy: DeploySettings = { repository: 'owner/shop', environment: 'dev', createsProvider: true };
const stage: Stage = { ...stages.dev, deploy };
const prod: Stage = { ...stages.prod, deploy };
await synthesizeTerraform({ clouds: ['aws'], stages: [stage, prod], outdir: folder, code: false });
const read = (name: string) => readFileSync(join(folder, 'stacks', physicalName(name, 'aws'), 'cdk.tf.json'), 'utf8');
const text = read('dev');
const { resource } = JSON.parse(text) as { resource: Record<string, Record<string, JsonObject>> };

const findDeploy = (type: string) =>
  Object.entries(resource[type] ?? {}).flatMap(([id, body]) => (id.startsWith('Deploy_') ? [body] : []));

test('the role trusts what the one by CDK trusts, and may take one role', () => {
  const role = findDeploy('aws_iam_role').find(({ name }) => name === physicalName('dev', 'deploy'));
  const place = { partition: 'aws', account: '1', region: 'eu-central-1' };
  const [{ Principal, ...trust }] = JSON.parse(String(role?.assume_role_policy)).Statement;
  const { Principal: _, ...expected } = deployTrust(deploy, place);
  expect(trust).toEqual(expected);
  expect(Principal.Federated).toMatch(/:oidc-provider\/token\.actions\.githubusercontent\.com$/);
  const policy = findDeploy('aws_iam_role_policy').find(({ name }) => name === 'deploy');
  expect(JSON.parse(String(policy?.policy)).Statement).toEqual([
    {
      Sid: 'Deploy',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: [expect.stringMatching(new RegExp(`:role/${physicalName('dev', 'terraform-apply')}$`))],
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

const place = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };
const rightsOf = (one: Stage) => applyRights(one, place);

test('the role that Terraform applies with trusts the other one alone', () => {
  const role = findDeploy('aws_iam_role').find(({ name }) => name === physicalName('dev', 'terraform-apply'));
  expect(JSON.parse(String(role?.assume_role_policy)).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: expect.stringMatching(/^\$\{aws_iam_role\.Deploy_Role_\w+\.arn\}$/) },
    },
  ]);
});

test('it reads roles, hands them to Lambda alone, and changes no policy of IAM', () => {
  const ofIam = rightsOf(prod).flatMap(({ actions }) => actions.filter((action) => action.startsWith('iam:')));
  expect(ofIam.filter((action) => !/^iam:(Get|List)\w+$/.test(action))).toEqual(['iam:PassRole']);
  expect(rightsOf(prod).find(({ actions }) => actions.includes('iam:PassRole'))?.condition).toEqual({
    StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
  });
});

/** IAM's service prefix for a type of resource; in most cases the first word of the type. */
const words: readonly (readonly [type: RegExp, service: string])[] = [
  [/^aws_iam_/, 'iam'],
  [/^aws_apigatewayv2_/, 'apigateway'],
  [/^aws_appautoscaling_/, 'application-autoscaling'],
  [/^aws_cloudwatch_event_/, 'events'],
  [/^aws_cloudwatch_log_/, 'logs'],
  [/^aws_cognito_/, 'cognito-idp'],
  [/^aws_([a-z0-9]+)_/, '$1'],
];

test.each([stage, prod])('it may change every type of resource of $name, and reads no data of its tables', (one) => {
  const { resource: types } = JSON.parse(read(one.name)) as { resource: Record<string, unknown> };
  const releases = one.releases ? releaseRights(one, place) : [];
  const exports = one.retention ? exportRights(one, place) : [];
  const may = [...rightsOf(one), ...releases, ...exports].flatMap(({ actions }) => actions);
  const services = Object.keys(types).map((type) => {
    const [pattern, service = ''] = words.find(([form]) => form.test(type)) ?? [];
    return pattern ? (pattern.exec(type)?.[1] ?? service) : type;
  });
  const writes = /:(Add|Change|Create|Put|Register|PATCH|POST|Update|Pass|Request)/;
  for (const service of new Set(services))
    expect(
      may.filter((action) => action.startsWith(`${service}:`) && writes.test(action)),
      service,
    ).not.toEqual([]);
  expect(may.filter((action) => /^dynamodb:(\*|.*(Item|Query|Scan))|^sqs:(Send|Receive)|:\*$/.test(action))).toEqual(
    [],
  );
});

test('every named resource has the name of the stage', () => {
  const other = physicalName('dev', 'x').replace(/x$/, '');
  for (const { resources } of rightsOf(prod)) for (const arn of resources) expect(arn).not.toContain(other);
  const anyName = rightsOf(prod).filter(({ resources }) => resources.some((arn) => !arn.includes('prod')));
  expect(anyName.map(({ sid }) => sid)).toEqual([
    ...['Api', 'Pollers', 'NewPollers', 'PollerTags', 'SignIn', 'Scaling'],
    ...['Cdn', 'Firewall', 'Certificate', 'Zone', 'ReadProvider', 'KnowNoResource'],
  ]);
});

test('it makes and starts releases of its stage alone, by a policy of its own', () => {
  const place = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };
  for (const { resources } of releaseRights(prod, place))
    for (const arn of resources) expect(arn).toMatch(/prod-releases(\/\*)?$|deploymentconfig:CodeDeployDefault/);
  const { resource: inProd } = JSON.parse(read('prod')) as { resource: Record<string, object> };
  expect(JSON.stringify(inProd.aws_iam_role_policy_attachment)).toContain('ReleasePolicy');
  expect(resource.aws_iam_role_policy_attachment).toBeUndefined();
});

test('it makes the schedule of its stage alone, and hands it one role, by a policy of its own', () => {
  const [schedules, role, ...others] = exportRights(prod, place);
  for (const arn of schedules?.resources ?? []) expect(arn).toMatch(/:scheduler:.*\/[\w-]+-prod-\*$/);
  expect(role?.resources).toEqual([expect.stringMatching(/:role\/[\w-]+-prod-orders-export$/)]);
  expect(role?.condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
  expect(others).toEqual([]);
});

test('its policy fits into a role, and prod keeps the rules with it', () => {
  const longest = { partition: 'aws-us-gov', account: '123456789012', region: 'ap-southeast-1' };
  expect(toPolicyDocument(applyRights(prod, longest).map(grant)).length).toBeLessThanOrEqual(10_240);
  expect(checkTemplate(readTerraformStack(JSON.parse(read('prod'))), rules)).toEqual([]);
});
