import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { coversArn } from '../arn.ts';
import { findFunction } from '../functions.ts';
import { findStatements, policyOf } from '../policies.ts';
import { exampleGroup, findGroups } from './groups.ts';

const report = 'codedeploy:PutLifecycleEventHookExecutionStatus';
/** AWS's own policies for CodeDeploy only invoke functions with this prefix. */
const prefix = 'CodeDeployHook_';
const hookNames = ['BeforeAllowTrafficHook', 'AfterAllowTrafficHook'] as const;

function check(template: Template): Finding[] {
  return template.ofType('AWS::Lambda::Alias').flatMap(({ id, updatePolicy = {} }) => {
    const update = toObject(updatePolicy.CodeDeployLambdaAliasUpdate);
    const role = findServiceRole(template, update.DeploymentGroupName);
    return hookNames.flatMap((name) => {
      const hook = update[name];
      if (hook === undefined) return [];
      return findFaults(template, hook, role).map((problem) => ({ resource: id, problem: `its ${name} ${problem}` }));
    });
  });
}

function findFaults(template: Template, named: Json, role: Resource | undefined): readonly string[] {
  const hook = findFunction(template, named);
  if (!hook) return [];
  const name = toText(hook.properties.FunctionName) || hook.id;
  const own = template.ofType('AWS::IAM::Role').find(({ id }) => JSON.stringify(hook.properties.Role).includes(id));
  const mayReport = !own || allows(template, own, report);
  return [
    ...(mayReport ? [] : [`may not report: the release waits an hour, and fails. Allow its role ${report}`]),
    ...(!role || mayInvoke(template, role, hook, name)
      ? []
      : [`${name} may not be invoked by the role of its group. Allow lambda:InvokeFunction on it`]),
  ];
}

function findServiceRole(template: Template, group: Json | undefined): Resource | undefined {
  const name = toText(group);
  const found =
    template.findReferred(group, 'AWS::CodeDeploy::DeploymentGroup') ??
    findGroups(template).find(({ properties }) => properties.DeploymentGroupName === name);
  const arn = found?.properties.ServiceRoleArn;
  return (
    template.findReferred(arn, 'AWS::IAM::Role') ??
    template
      .ofType('AWS::IAM::Role')
      .find(
        ({ properties }) =>
          toText(properties.RoleName) !== '' && toText(arn).endsWith(`/${toText(properties.RoleName)}`),
      )
  );
}

function allows(template: Template, role: Resource, action: string, arn?: string): boolean {
  return (findStatements(template, role) ?? []).some(({ Effect, Action, Resource }) => {
    const isAction = toList(Action)
      .map(toText)
      .some((one) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(action));
    const covers =
      arn === undefined ||
      toList(Resource)
        .map(toText)
        .some((one) => one === '*' || coversArn(one, arn));
    return Effect === 'Allow' && isAction && covers;
  });
}

function mayInvoke(template: Template, role: Resource, hook: Resource, name: string): boolean {
  const managed = toList(role.properties.ManagedPolicyArns).map(toText);
  if (managed.some((arn) => arn.includes('AWSCodeDeployRoleForLambda'))) return name.startsWith(prefix);
  const arn = `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;
  return (
    allows(template, role, 'lambda:InvokeFunction', arn) ||
    allows(template, role, 'lambda:InvokeFunction', `<${hook.id}>.Arn`)
  );
}

interface Given {
  readonly reports?: boolean;
  readonly managed?: boolean;
  readonly name?: string;
}

function example({ reports = true, managed = false, name = 'check' }: Given): JsonObject {
  const allow = (Action: string, Resource: Json) => [
    { PolicyName: 'grants', PolicyDocument: policyOf({ Effect: 'Allow', Action, Resource }) },
  ];
  const group = 'arn:aws:codedeploy:eu-central-1:123456789012:deploymentgroup:releases/shop';
  return {
    Resources: {
      ...exampleGroup({ ServiceRoleArn: { 'Fn::GetAtt': ['Mover', 'Arn'] } }),
      Mover: {
        Type: 'AWS::IAM::Role',
        Properties: managed
          ? { ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited'] }
          : { Policies: allow('lambda:InvokeFunction', { 'Fn::GetAtt': ['Check', 'Arn'] }) },
      },
      Checker: { Type: 'AWS::IAM::Role', Properties: { Policies: reports ? allow(report, group) : [] } },
      Check: {
        Type: 'AWS::Lambda::Function',
        Properties: { FunctionName: name, Role: { 'Fn::GetAtt': ['Checker', 'Arn'] } },
      },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: { FunctionName: 'shop', Name: 'live', FunctionVersion: '1' },
        UpdatePolicy: {
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: { Ref: 'Application' },
            DeploymentGroupName: { Ref: 'Group' },
            BeforeAllowTrafficHook: { Ref: 'Check' },
          },
        },
      },
    },
  };
}

export const releaseHooksMayBeRun: Rule = {
  name: 'release-hooks-may-be-run',
  what: 'CodeDeploy may invoke the hooks of a release, and each hook may report what it found.',
  why: "A hook that cannot report keeps the release waiting for an hour, then fails it. AWS's own policies invoke only functions whose names begin with CodeDeployHook_.",
  source: [
    'https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html',
    'https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html',
    'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({ reports: false }), good: example({}) },
    { bad: example({ managed: true }), good: example({ managed: true, name: `${prefix}check` }) },
  ],
};
