import { hasPerimeter, perimeterRegion } from '../edge/perimeter-rows.ts';
import { physicalName, project, stateName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';
import type { Statement } from '../statements.ts';
import { watchesEdge } from './api-alarm-rows.ts';

/** The account and region of a stage, as a tool knows them. */
export interface Place {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

export interface Right extends Statement {
  /** The limit of actions that do not support resource-level permissions. */
  readonly condition?: object;
}

/** The stage's own region, and where the CDN has its certificate, web ACL and alarms. */
export function regionsInUse(stage: Stage, { region }: Place): readonly string[] {
  return hasPerimeter(stage) || watchesEdge(stage) ? [...new Set([region, perimeterRegion])] : [region];
}

/** `right('Queues', 'sqs', ['CreateQueue DeleteQueue'], …)` allows `sqs:CreateQueue` and `sqs:DeleteQueue`. */
export function right(
  sid: string,
  service: string,
  words: readonly string[],
  resources: readonly string[],
  condition?: object,
): Right {
  const actions = words.flatMap((line) => line.split(' ')).map((word) => `${service}:${word}`);
  return { sid, actions, resources, ...(condition && { condition }) };
}
const tagged = 'ListTagsForResource TagResource UntagResource';

/**
 * Terraform's rights in a deploy, limited to resources with the stage's name. It reads roles and may not change one: a
 * person applies changes of rights, so that a compromised workflow cannot give itself more.
 */
export function applyRights(stage: Stage, place: Place): readonly Right[] {
  return [
    ...apiRights(stage, place),
    ...storeRights(stage, place),
    ...operationRights(stage, place),
    ...edgeRights(place),
    ...accountRights(stage, place),
  ];
}

function apiRights({ name }: Stage, { partition, account, region }: Place): Right[] {
  const own = physicalName(name, '*');
  const lambda = (resource: string) => `arn:${partition}:lambda:${region}:${account}:${resource}`;
  const ofOwn = { ArnLike: { 'lambda:FunctionArn': lambda(`function:${own}`) } };
  const functions = [
    'AddPermission CreateAlias CreateFunction CreateFunctionUrlConfig DeleteAlias DeleteFunction* Get* InvokeFunction',
    'List* PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig RemovePermission TagResource',
    'UntagResource UpdateAlias UpdateFunction*',
  ];
  const signIn = [
    'CreateGroup CreateUserPoolClient CreateUserPoolDomain DeleteGroup DeleteUserPoolClient DeleteUserPoolDomain',
    'DescribeUserPool* GetGroup GetUserPoolMfaConfig SetUserPoolMfaConfig UpdateGroup UpdateUserPool',
    `UpdateUserPoolClient UpdateUserPoolDomain ${tagged}`,
  ];
  const pollers = [lambda('event-source-mapping:*')];
  const apis = ['/apis', '/apis/*', '/tags/*'].map((path) => `arn:${partition}:apigateway:${region}::${path}`);
  return [
    right('Api', 'apigateway', ['DELETE GET PATCH POST PUT'], apis),
    right('Functions', 'lambda', functions, [lambda(`function:${own}`)]),
    right(
      'Pollers',
      'lambda',
      ['DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping'],
      pollers,
      ofOwn,
    ),
    right('NewPollers', 'lambda', ['CreateEventSourceMapping'], ['*'], ofOwn),
    right('PollerTags', 'lambda', ['ListTags TagResource UntagResource'], pollers),
    right('SignIn', 'cognito-idp', signIn, [`arn:${partition}:cognito-idp:${region}:${account}:userpool/*`]),
  ];
}

function storeRights({ name }: Stage, { partition, account, region }: Place): Right[] {
  const own = physicalName(name, '*');
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const tables = [
    'CreateTable DeleteTable Describe* ListTagsOfResource TagResource UntagResource UpdateContinuousBackups',
    'UpdateTable UpdateTimeToLive',
  ];
  const queues = [
    'CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue',
  ];
  const bus = [
    'CreateEventBus DeleteEventBus DeleteRule DescribeEventBus DescribeRule DisableRule EnableRule ListTargetsByRule',
    `PutRule PutTargets RemoveTargets UpdateEventBus ${tagged}`,
  ];
  const secrets = [
    'CreateSecret DeleteSecret DescribeSecret GetResourcePolicy GetSecretValue PutSecretValue RestoreSecret',
    'TagResource UntagResource UpdateSecret',
  ];
  const buckets = [
    'CreateBucket GetAccelerateConfiguration GetBucket* GetEncryptionConfiguration GetLifecycleConfiguration',
    'GetReplicationConfiguration ListBucket PutBucket* PutEncryptionConfiguration PutLifecycleConfiguration',
  ];
  return [
    right('Tables', 'dynamodb', tables, [here('dynamodb', `table/${own}`)]),
    right('Queues', 'sqs', queues, [here('sqs', own)]),
    right('Bus', 'events', bus, [here('events', `event-bus/${own}`), here('events', `rule/${own}`)]),
    right('Secrets', 'secretsmanager', secrets, [here('secretsmanager', `secret:${own}`)]),
    right('Buckets', 's3', buckets, [`arn:${partition}:s3:::${own}`]),
  ];
}

function operationRights(stage: Stage, place: Place): Right[] {
  const { partition, account, region: home } = place;
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${home}:${account}:${resource}`;
  const there = (service: string, resource: string) =>
    regionsInUse(stage, place).map((region) => `arn:${partition}:${service}:${region}:${account}:${resource}`);
  const own = physicalName(stage.name, '*');
  const logGroups = [
    ...['/aws/lambda/', '/aws/apigateway/'].map((prefix) => here('logs', `log-group:${prefix}${own}`)),
    `arn:${partition}:logs:${perimeterRegion}:${account}:log-group:aws-waf-logs-${own}`,
  ];
  const topics = [
    'CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes SetSubscriptionAttributes',
    `SetTopicAttributes Subscribe Unsubscribe ${tagged}`,
  ];
  const outputs = ['AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter'];
  const scaling = [
    'DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget PutScalingPolicy PutScheduledAction',
    `RegisterScalableTarget ${tagged}`,
  ];
  const logs = [`CreateLogGroup DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy ${tagged}`];
  return [
    right('Logs', 'logs', logs, logGroups),
    right(
      'Alarms',
      'cloudwatch',
      [`DeleteAlarms DescribeAlarms PutMetricAlarm ${tagged}`],
      there('cloudwatch', `alarm:${own}`),
    ),
    right(
      'Dashboards',
      'cloudwatch',
      ['DeleteDashboards GetDashboard PutDashboard'],
      [`arn:${partition}:cloudwatch::${account}:dashboard/${own}`],
    ),
    right('Topics', 'sns', topics, there('sns', own)),
    right('Outputs', 'ssm', outputs, [here('ssm', `parameter/${project}/${stage.name}/*`)]),
    right('Scaling', 'application-autoscaling', scaling, [here('application-autoscaling', 'scalable-target/*')]),
  ];
}

/** The endings of CloudFront's action names. */
const edgeKinds = [
  'CachePolicy',
  'Distribution',
  'Function',
  'OriginAccessControl',
  'OriginRequestPolicy',
  'ResponseHeadersPolicy',
] as const;

/** `CachePolicy` is `cache-policy` in an ARN. */
const inArn = (kind: string): string => kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

/** The CDN's parts have generated ids, so no policy can limit rights to a name. */
function edgeRights({ partition, account }: Place): Right[] {
  const cdn = [
    `DescribeFunction Get* PublishFunction ${tagged}`,
    ...edgeKinds.map((kind) => `Delete${kind} Update${kind}`),
  ];
  const firewall = [
    'CreateWebACL DeleteLoggingConfiguration DeleteWebACL GetLoggingConfiguration GetWebACL PutLoggingConfiguration',
    `UpdateWebACL ${tagged}`,
  ];
  const certificate = ['AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate'];
  return [
    right(
      'Cdn',
      'cloudfront',
      cdn,
      edgeKinds.map((kind) => `arn:${partition}:cloudfront::${account}:${inArn(kind)}/*`),
    ),
    right('Firewall', 'wafv2', firewall, [`arn:${partition}:wafv2:${perimeterRegion}:${account}:global/webacl/*/*`]),
    right('Certificate', 'acm', certificate, [`arn:${partition}:acm:${perimeterRegion}:${account}:certificate/*`]),
    right(
      'Zone',
      'route53',
      ['ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets'],
      ['hostedzone', 'change'].map((kind) => `arn:${partition}:route53:::${kind}/*`),
    ),
  ];
}

function accountRights(stage: Stage, { partition, account }: Place): Right[] {
  const role = `arn:${partition}:iam::${account}:role/${physicalName(stage.name, '*')}`;
  // The bucket is named at `terraform init`; its path is the stage's own.
  const state = `arn:${partition}:s3:::*/${project}/${stage.name}/${stateName(stage)}.tfstate*`;
  return [
    right('ReadRoles', 'iam', ['GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies'], [role]),
    right('ReadProvider', 'iam', ['GetOpenIDConnectProvider'], [`arn:${partition}:iam::${account}:oidc-provider/*`]),
    right('RunAs', 'iam', ['PassRole'], [role], {
      StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    }),
    right('State', 's3', ['DeleteObject GetObject PutObject'], [state], {
      StringEquals: { 's3:ResourceAccount': account },
    }),
    { sid: 'KnowNoResource', actions: withoutResource, resources: ['*'] },
  ];
}

/** Actions that create resources with generated ids, or only list resources. */
const withoutResource: readonly string[] = [
  ...['DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScheduledActions'].map(
    (action) => `application-autoscaling:${action}`,
  ),
  'acm:RequestCertificate',
  ...['CreateMonitoringSubscription', 'DeleteMonitoringSubscription', 'GetMonitoringSubscription'].map(
    (action) => `cloudfront:${action}`,
  ),
  ...edgeKinds.map((kind) => `cloudfront:Create${kind}`),
  ...['CreateUserPool', 'DescribeUserPoolDomain'].map((action) => `cognito-idp:${action}`),
  ...['CreateLogDelivery', 'DeleteLogDelivery', 'GetLogDelivery', 'ListLogDeliveries', 'UpdateLogDelivery'].map(
    (action) => `logs:${action}`,
  ),
  ...['DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'].map((action) => `logs:${action}`),
  'secretsmanager:GetRandomPassword',
  'ssm:DescribeParameters',
];
