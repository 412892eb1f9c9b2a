import { compact, firstObject, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
import { pascal, same } from './terraform-text.ts';
import { toClient, toPool } from './translate-customers.ts';
import { toDomainName, toHealthCheck, toRecord } from './translate-routing.ts';

/** Translates one Terraform type to CloudFormation. `into` names the resource that has it as a property there. */
export type Translation =
  | 'nothing'
  | {
      readonly type: string;
      readonly of: (body: JsonObject) => JsonObject;
      /** `written` is the body before its references were converted. */
      readonly into?: (body: JsonObject, written: JsonObject) => Json | undefined;
    };

const plain = (type: string, spellings: Readonly<Record<string, string>> = {}): Translation => ({
  type,
  of: same(spellings),
});

export const translations: Readonly<Record<string, Translation>> = {
  aws_acm_certificate: plain('AWS::CertificateManager::Certificate'),
  // CloudFormation validates a certificate itself.
  aws_acm_certificate_validation: 'nothing',
  aws_apigatewayv2_api: plain('AWS::ApiGatewayV2::Api'),
  aws_apigatewayv2_api_mapping: plain('AWS::ApiGatewayV2::ApiMapping'),
  aws_apigatewayv2_authorizer: plain('AWS::ApiGatewayV2::Authorizer', { identity_sources: 'IdentitySource' }),
  aws_apigatewayv2_domain_name: { type: 'AWS::ApiGatewayV2::DomainName', of: toDomainName },
  aws_apigatewayv2_integration: plain('AWS::ApiGatewayV2::Integration'),
  aws_apigatewayv2_route: plain('AWS::ApiGatewayV2::Route'),
  aws_apigatewayv2_stage: { type: 'AWS::ApiGatewayV2::Stage', of: toStage },
  aws_appautoscaling_policy: {
    type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    of: ({ name: _, service_namespace: __, scalable_dimension: ___, ...body }) => same()(body),
  },
  aws_appautoscaling_scheduled_action: {
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    into: (_, { resource_id }) => ({ Ref: String(resource_id).replace(/^\$\{(.+)\.resource_id\}$/, '$1') }),
    of: toSchedule,
  },
  aws_appautoscaling_target: plain('AWS::ApplicationAutoScaling::ScalableTarget'),
  aws_cloudwatch_composite_alarm: plain('AWS::CloudWatch::CompositeAlarm', { ok_actions: 'OKActions' }),
  aws_cloudwatch_dashboard: {
    type: 'AWS::CloudWatch::Dashboard',
    of: ({ dashboard_name, dashboard_body }) => ({
      DashboardName: dashboard_name ?? null,
      DashboardBody: dashboard_body ?? null,
    }),
  },
  aws_cloudwatch_event_bus: plain('AWS::Events::EventBus'),
  aws_cloudwatch_event_rule: {
    type: 'AWS::Events::Rule',
    // The keys of a pattern are event fields, so they keep their spelling.
    of: ({ event_pattern: EventPattern, ...body }) => compact({ ...same()(body), EventPattern }),
  },
  aws_cloudwatch_event_target: {
    type: 'AWS::Events::Rule',
    into: (_, { rule }) => ({ Ref: String(rule).replace(/^\$\{(.+)\.name\}$/, '$1') }),
    of: toTarget,
  },
  aws_cloudwatch_log_group: plain('AWS::Logs::LogGroup', { name: 'LogGroupName' }),
  aws_cloudwatch_metric_alarm: { type: 'AWS::CloudWatch::Alarm', of: toAlarm },
  aws_codedeploy_app: plain('AWS::CodeDeploy::Application', { name: 'ApplicationName' }),
  aws_codedeploy_deployment_group: { type: 'AWS::CodeDeploy::DeploymentGroup', of: toDeploymentGroup },
  aws_cognito_user_group: plain('AWS::Cognito::UserPoolGroup', { name: 'GroupName' }),
  aws_cognito_user_pool: { type: 'AWS::Cognito::UserPool', of: toPool },
  aws_cognito_user_pool_client: { type: 'AWS::Cognito::UserPoolClient', of: toClient },
  aws_cognito_user_pool_domain: plain('AWS::Cognito::UserPoolDomain'),
  aws_iam_openid_connect_provider: plain('AWS::IAM::OIDCProvider'),
  aws_iam_role: {
    type: 'AWS::IAM::Role',
    of: ({ name_prefix: _, name, assume_role_policy }) =>
      compact({ RoleName: name, AssumeRolePolicyDocument: assume_role_policy ?? null }),
  },
  aws_iam_role_policy: {
    type: 'AWS::IAM::Role',
    into: ({ role }) => role,
    of: ({ policy }) => ({ Policy: policy ?? null }),
  },
  aws_lambda_alias: plain('AWS::Lambda::Alias'),
  aws_lambda_event_source_mapping: { type: 'AWS::Lambda::EventSourceMapping', of: toMapping },
  aws_lambda_function: { type: 'AWS::Lambda::Function', of: toFunction },
  aws_lambda_function_event_invoke_config: plain('AWS::Lambda::EventInvokeConfig'),
  aws_lambda_function_url: {
    type: 'AWS::Lambda::Url',
    of: ({ function_name, authorization_type: AuthType, ...body }) =>
      compact({ TargetFunctionArn: function_name, AuthType, ...same()(body) }),
  },
  aws_lambda_invocation: { type: 'Custom::Storefront', of: toPublishing },
  aws_lambda_permission: {
    type: 'AWS::Lambda::Permission',
    of: ({ function_name, qualifier, ...body }) => ({
      ...same()(body),
      FunctionName: qualify(function_name ?? null, qualifier),
    }),
  },
  aws_route53_health_check: { type: 'AWS::Route53::HealthCheck', of: toHealthCheck },
  aws_route53_record: {
    type: 'AWS::Route53::RecordSet',
    of: toRecord,
    // In CloudFormation, the validation record is a setting of the certificate.
    into: (_, { records }) => {
      const [, id] =
        /(aws_acm_certificate\.[\w-]+)\.domain_validation_options/.exec(JSON.stringify(records ?? '')) ?? [];
      return id === undefined ? undefined : { Ref: id };
    },
  },
  aws_s3_bucket: { type: 'AWS::S3::Bucket', of: ({ bucket_prefix: _, force_destroy: __, ...body }) => same()(body) },
  aws_scheduler_schedule: { type: 'AWS::Scheduler::Schedule', of: toScheduler },
  aws_scheduler_schedule_group: plain('AWS::Scheduler::ScheduleGroup'),
  aws_secretsmanager_secret: plain('AWS::SecretsManager::Secret', { replica: 'ReplicaRegions' }),
  aws_secretsmanager_secret_version: {
    type: 'AWS::SecretsManager::Secret',
    into: ({ secret_id }) => secret_id,
    of: ({ secret_string }) => {
      const { '//': _, ...settings } = toObject(secret_string);
      return { GenerateSecretString: pascal(settings) };
    },
  },
  aws_sns_topic: withPolicies('AWS::SNS::Topic', { name: 'TopicName' }),
  aws_sns_topic_policy: {
    type: 'AWS::SNS::Topic',
    into: ({ arn }) => arn,
    of: ({ policy }) => ({ Policy: policy ?? null }),
  },
  aws_sns_topic_subscription: plain('AWS::SNS::Subscription'),
  aws_sqs_queue: withPolicies('AWS::SQS::Queue', {
    name: 'QueueName',
    message_retention_seconds: 'MessageRetentionPeriod',
    visibility_timeout_seconds: 'VisibilityTimeout',
  }),
  aws_sqs_queue_policy: {
    type: 'AWS::SQS::Queue',
    into: ({ queue_url }) => queue_url,
    of: ({ policy }) => ({ Policy: policy ?? null }),
  },
  aws_sqs_queue_redrive_policy: {
    type: 'AWS::SQS::Queue',
    into: ({ queue_url }) => queue_url,
    of: ({ redrive_policy }) => ({ RedrivePolicy: redrive_policy ?? null }),
  },
  aws_ssm_parameter: plain('AWS::SSM::Parameter'),
  aws_wafv2_web_acl: { type: 'AWS::WAFv2::WebACL', of: toWebAcl },
  aws_wafv2_web_acl_logging_configuration: { type: 'AWS::WAFv2::LoggingConfiguration', of: toWebAclLogs },
};

/** For resources with policies of their own, whose keys keep their spelling. */
function withPolicies(type: string, spellings: Readonly<Record<string, string>>): Translation {
  const of = ({ policy: Policy, redrive_policy: RedrivePolicy, ...body }: JsonObject) =>
    compact({ ...same(spellings)(body), Policy, RedrivePolicy });
  return { type, of };
}

/** Names a function, or one of its aliases or versions. */
function qualify(name: Json, qualifier: Json | undefined): Json {
  if (qualifier === undefined || qualifier === null) return name;
  if (typeof name === 'string' && typeof qualifier === 'string') return `${name}:${qualifier}`;
  return { 'Fn::Join': [':', [name, qualifier]] };
}

function toScheduler({ flexible_time_window, target, ...body }: JsonObject): JsonObject {
  const { retry_policy, ...call } = firstObject(target);
  const RetryPolicy = toObject(same()(firstObject(retry_policy)));
  return {
    ...same()(body),
    FlexibleTimeWindow: same()(firstObject(flexible_time_window)),
    Target: { ...same()(call), RetryPolicy },
  };
}

function toTarget({
  rule: _,
  event_bus_name: __,
  target_id: Id,
  dead_letter_config: dead,
  retry_policy: retry,
  ...body
}: JsonObject): JsonObject {
  return {
    Targets: [
      compact({
        Id,
        ...same()(body),
        DeadLetterConfig: dead && pascal(firstObject(dead)),
        RetryPolicy: retry && pascal(firstObject(retry)),
      }),
    ],
  };
}

function toStage({ name, route_settings, ...body }: JsonObject): JsonObject {
  const settings = toList(route_settings).map(toObject);
  return {
    StageName: name ?? null,
    ...same()(body),
    RouteSettings: Object.fromEntries(
      settings.map(({ route_key, ...rest }) => [String(route_key), toObject(pascal(rest))]),
    ),
  };
}

function toSchedule({ name, schedule, timezone, scalable_target_action }: JsonObject): JsonObject {
  const action = firstObject(scalable_target_action);
  const numbers = Object.entries(action).map(([key, value]) => [key, Number(value)]);
  return {
    ScheduledActions: [
      {
        ScheduledActionName: name ?? null,
        Schedule: schedule ?? null,
        Timezone: timezone ?? null,
        ScalableTargetAction: pascal(Object.fromEntries(numbers) as JsonObject),
      },
    ],
  };
}

function toAlarm({ dimensions, metric_query: queries, ...body }: JsonObject): JsonObject {
  const own = same({ ok_actions: 'OKActions' })(body);
  if (queries !== undefined) return { ...own, Metrics: toList(queries).map(toObject).map(toQuery) };
  return { ...own, Dimensions: toDimensions(dimensions) };
}

function toQuery({ id, expression, metric, return_data }: JsonObject): JsonObject {
  const { period, stat, dimensions, ...names } = firstObject(metric);
  const Metric = { ...same()(names), Dimensions: toDimensions(dimensions) };
  return compact({
    Id: id,
    Expression: expression,
    ReturnData: return_data ?? false,
    MetricStat: metric && { Metric, Period: period ?? null, Stat: stat ?? null },
  });
}

function toDeploymentGroup({ app_name, alarm_configuration: alarms, ...body }: JsonObject): JsonObject {
  const { alarms: names, ...settings } = firstObject(alarms);
  return {
    ApplicationName: app_name ?? null,
    ...same({ deployment_style: 'DeploymentStyle', auto_rollback_configuration: 'AutoRollbackConfiguration' })(body),
    AlarmConfiguration: { ...same()(settings), Alarms: toList(names).map((Name) => ({ Name })) },
  };
}

const toDimensions = (dimensions: Json | undefined): JsonObject[] =>
  Object.entries(toObject(dimensions)).map(([Name, Value]) => ({ Name, Value }));

function toMapping({ destination_config: destination, filter_criteria: filters, ...body }: JsonObject): JsonObject {
  const target = firstObject(firstObject(destination).on_failure).destination_arn;
  return {
    ...same()(body),
    ...(destination !== undefined && { DestinationConfig: { OnFailure: { Destination: target ?? null } } }),
    ...(filters !== undefined && {
      FilterCriteria: { Filters: toList(firstObject(filters).filter).map((one) => pascal(one)) },
    }),
  };
}

/** Environment variables keep their names. */
function toFunction({ environment, publish, ...body }: JsonObject): JsonObject {
  return {
    ...same()(body),
    Environment: { Variables: firstObject(environment).variables ?? {} },
    ...(publish === true && { Published: true }),
  };
}

function toPublishing({ function_name, input }: JsonObject): JsonObject {
  const { Revision: _, ...settings } = toObject(toObject(input).ResourceProperties);
  return { Function: function_name ?? null, ...settings };
}

function toWebAcl({ rule, ...body }: JsonObject): JsonObject {
  const spellings = {
    cloudwatch_metrics_enabled: 'CloudWatchMetricsEnabled',
    response_header: 'ResponseHeaders',
    text_transformation: 'TextTransformations',
  };
  return { ...same(spellings)(body), Rules: toList(rule).map((one) => pascal(one, spellings)) };
}

function toWebAclLogs(body: JsonObject): JsonObject {
  return same({ filter: 'Filters', condition: 'Conditions' })(body);
}
