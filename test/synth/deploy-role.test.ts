import { expect, test } from 'vitest';
import { collectViolations } from '../../stacks/model/checks/check-stage.ts';
import { physicalName } from '../../stacks/model/names.ts';
import { deployTargets, deployTrust } from '../../stacks/model/operations/deploy-role.ts';
import type { DeploySettings, Stage } from '../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../stacks/model/stages/stages.ts';
import { checkTemplate } from '../../stacks/rules/rule.ts';
import { rules } from '../../stacks/rules/rules.ts';
import { readStage } from './aws/read-stage.ts';
import { findProperties, synthesize } from './aws/synthesize.ts';

const deploy: DeploySettings = { repository: 'owner/shop', environment: 'prod', createsProvider: true };
const place = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };

test('no stage lets anybody deploy it by default', () => {
  for (const stage of Object.values<Stage>(stages)) {
    expect(stage.deploy).toBeNull();
    expect(findProperties(synthesize(stage).operations, 'AWS::IAM::Role')).toEqual([]);
  }
});

test('a workflow of one repository and environment takes the role, and no other', () => {
  expect(deployTrust(deploy, place)).toEqual({
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' },
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:owner/shop:environment:prod',
      },
    },
  });
});

test.each([
  [stages.dev, 3],
  // Certificate, web ACL and alarms of the CDN are in us-east-1.
  [stages.prod, 6],
])('it may only take the roles of the bootstrap: $0.name', (stage, count) => {
  const targets = deployTargets(stage, 'cdk', place);
  expect(targets).toHaveLength(count);
  for (const target of targets)
    expect(target).toMatch(
      /^arn:aws:iam::123456789012:role\/cdk-hnb659fds-(deploy|lookup|file-publishing)-role-123456789012-(eu-central|us-east)-1$/,
    );
  expect(deployTargets(stage, 'terraform', place)).toEqual([
    `arn:aws:iam::123456789012:role/${physicalName(stage.name, 'terraform-apply')}`,
  ]);
});

test('the role is in the stack, its provider only where it is asked for, without a thumbprint', () => {
  const stage = { ...stages.prod, deploy };
  const { operations } = synthesize(stage);
  expect(findProperties(operations, 'AWS::IAM::OIDCProvider')).toMatchObject([
    { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'] },
  ]);
  expect(JSON.stringify(operations.toJSON())).not.toContain('ThumbprintList');
  const [role, ...others] = findProperties(operations, 'AWS::IAM::Role') as { RoleName: string; Policies: object[] }[];
  expect(others).toEqual([]);
  expect(role).toMatchObject({
    RoleName: physicalName('prod', 'deploy'),
    Policies: [{ PolicyDocument: { Statement: [{}] } }],
  });
  expect(JSON.stringify(role)).not.toContain('*');
  expect(checkTemplate(readStage(stage), rules)).toEqual([]);
  const second = synthesize({ ...stages.staging, deploy: { ...deploy, createsProvider: false } }).operations;
  expect(findProperties(second, 'AWS::IAM::OIDCProvider')).toEqual([]);
  expect(findProperties(second, 'AWS::IAM::Role')).toHaveLength(1);
});

test.each([
  ['deploy.repository', { ...deploy, repository: 'shop/*' }],
  ['deploy.repository', { ...deploy, repository: '*/shop' }],
  ['deploy.repository', { ...deploy, repository: 'shop' }],
  ['deploy.environment', { ...deploy, environment: '*' }],
  ['deploy.environment', { ...deploy, environment: '' }],
])('a wildcard is refused: %s', (setting, changed) => {
  const found = collectViolations({ ...stages.prod, deploy: changed });
  expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${setting.replace('.', '\\.')}: must be`)));
});
