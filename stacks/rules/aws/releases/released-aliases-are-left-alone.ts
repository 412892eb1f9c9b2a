import { type Json, type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

/** Arguments of an alias that CodeDeploy changes. */
const moved = ['function_version', 'routing_config'];

function check(template: Template): Finding[] {
  return [...checkCloudFormation(template), ...checkTerraform(template)];
}

function checkCloudFormation(template: Template): Finding[] {
  return template.ofType('AWS::Lambda::Alias').flatMap(({ id, properties, updatePolicy = {} }) => {
    if (updatePolicy.CodeDeployLambdaAliasUpdate === undefined) return [];
    return ['RoutingConfig', 'ProvisionedConcurrencyConfig']
      .filter((name) => properties[name] !== undefined)
      .map((name) => ({
        resource: id,
        problem: `it sets ${name}, and CodeDeploy moves its calls: Lambda refuses provisioned concurrency for an alias with weights. Remove it; scale the alias by Application Auto Scaling`,
      }));
  });
}

function checkTerraform(template: Template): Finding[] {
  const apps = template.ofType('aws_codedeploy_app');
  if (!apps.some(({ properties }) => properties.compute_platform === 'Lambda')) return [];
  return template.ofType('aws_lambda_alias').flatMap(({ id, properties }) => {
    const ignored = toList(toObject(toList(properties.lifecycle)[0]).ignore_changes).map(String);
    const missing = moved.filter((name) => !ignored.includes(name) && !ignored.includes('all'));
    if (missing.length === 0) return [];
    const problem = `each apply sets ${missing.join(' and ')}: all calls go to the new version at once, and a release that runs is undone. Ignore changes of ${moved.join(' and ')}`;
    return [{ resource: id, problem }];
  });
}

const cloudFormation = (more: JsonObject): JsonObject => ({
  Resources: {
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: 'shop', Name: 'live', FunctionVersion: '1', ...more },
      UpdatePolicy: { CodeDeployLambdaAliasUpdate: { ApplicationName: 'releases', DeploymentGroupName: 'shop' } },
    },
  },
});

const terraform = (lifecycle: Json): JsonObject => ({
  resource: {
    aws_codedeploy_app: { releases: { name: 'releases', compute_platform: 'Lambda' } },
    aws_codedeploy_deployment_group: {
      shop: {
        app_name: 'releases',
        deployment_group_name: 'shop',
        deployment_config_name: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        deployment_style: { deployment_type: 'BLUE_GREEN', deployment_option: 'WITH_TRAFFIC_CONTROL' },
        service_role_arn: 'arn:aws:iam::123456789012:role/releases',
        alarm_configuration: { enabled: true, alarms: ['shop-errors'] },
        auto_rollback_configuration: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
      },
    },
    aws_lambda_alias: { live: { name: 'live', function_name: 'shop', function_version: '1', lifecycle } },
  },
});

export const releasedAliasesAreLeftAlone: Rule = {
  name: 'released-aliases-are-left-alone',
  what: 'An alias that CodeDeploy moves has no weights and no provisioned concurrency of its own, and Terraform ignores its version.',
  why: 'A template that sets them works against a release: Lambda refuses provisioned concurrency while an alias has weights, and an apply moves all calls at once.',
  source: [
    'https://github.com/hashicorp/terraform/issues/24957',
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html#cfn-attributes-updatepolicy-codedeploylambdaaliasupdate',
  ],
  clouds: ['aws'],
  check,
  examples: [
    {
      bad: cloudFormation({ ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 } }),
      good: cloudFormation({}),
    },
    { bad: terraform({ ignore_changes: ['routing_config'] }), good: terraform({ ignore_changes: moved }) },
  ],
};
