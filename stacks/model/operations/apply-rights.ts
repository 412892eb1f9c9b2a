import { hasPerimeter, perimeterRegion } from '../edge/perimeter-rows.ts';
import { physicalName, project } from '../names.ts';
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
  /** For actions that know no resource, what they are limited to instead. */
  readonly condition?: object;
}

/** The stage's own region, and where the CDN has its certificate, web ACL and alarms. */
export function regionsInUse(stage: Stage, { region }: Place): readonly string[] {
  return hasPerimeter(stage) || watchesEdge(stage) ? [...new Set([region, perimeterRegion])] : [region];
}

/** `acts('sqs', 'CreateQueue')` is `sqs:CreateQueue`. */
const acts = (service: string, words: string): string[] => words.split(' ').map((word) => `${service}:${word}`);
const tagged = 'ListTagsForResource TagResource UntagResource';

/**
 * What Terraform does in a deploy, on what has the stage's name. It reads roles and may not change one: who may do
 * what is applied by a person, so that a workflow that is taken over cannot give itself more.
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
  const api = (path: string) => `arn:${partition}:apigateway:${region}::${path}`;
  return [
    {
      sid: 'Api',
      actions: acts('apigateway', 'DELETE GET PATCH POST PUT'),
      resources: ['/apis', '/apis/*', '/tags/*'].map(api),
    },
    {
      sid: 'Functions',
      actions: [
        ...acts('lambda', 'AddPermission CreateAlias CreateFunction CreateFunctionUrlConfig DeleteAlias'),
        ...acts('lambda', 'DeleteFunction* Get* InvokeFunction List* PublishVersion PutFunctionConcurrency'),
        ...acts('lambda', 'PutFunctionEventInvokeConfig RemovePermission TagResource UntagResource UpdateAlias'),
        ...acts('lambda', 'UpdateFunction*'),
      ],
      resources: [lambda(`function:${own}`)],
    },
    {
      sid: 'Pollers',
      actions: acts('lambda', 'DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping'),
      resources: [lambda('event-source-mapping:*')],
      condition: ofOwn,
    },
    { sid: 'NewPollers', actions: acts('lambda', 'CreateEventSourceMapping'), resources: ['*'], condition: ofOwn },
    {
      sid: 'PollerTags',
      actions: acts('lambda', 'ListTags TagResource UntagResource'),
      resources: [lambda('event-source-mapping:*')],
    },
    {
      sid: 'SignIn',
      actions: [
        ...acts('cognito-idp', 'CreateGroup CreateUserPoolClient CreateUserPoolDomain DeleteGroup DescribeUserPool*'),
        ...acts('cognito-idp', 'DeleteUserPoolClient DeleteUserPoolDomain GetGroup GetUserPoolMfaConfig UpdateGroup'),
        ...acts(
          'cognito-idp',
          `SetUserPoolMfaConfig UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain ${tagged}`,
        ),
      ],
      resources: [`arn:${partition}:cognito-idp:${region}:${account}:userpool/*`],
    },
  ];
}

function storeRights({ name }: Stage, { partition, account, region }: Place): Right[] {
  const own = physicalName(name, '*');
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  return [
    {
      sid: 'Tables',
      actions: [
        ...acts('dynamodb', 'CreateTable DeleteTable Describe* ListTagsOfResource TagResource UntagResource'),
        ...acts('dynamodb', 'UpdateContinuousBackups UpdateTable UpdateTimeToLive'),
      ],
      resources: [here('dynamodb', `table/${own}`)],
    },
    {
      sid: 'Queues',
      actions: acts(
        'sqs',
        'CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue',
      ),
      resources: [here('sqs', own)],
    },
    {
      sid: 'Bus',
      actions: [
        ...acts('events', 'CreateEventBus DeleteEventBus DeleteRule DescribeEventBus DescribeRule DisableRule'),
        ...acts('events', `EnableRule ListTargetsByRule PutRule PutTargets RemoveTargets UpdateEventBus ${tagged}`),
      ],
      resources: [here('events', `event-bus/${own}`), here('events', `rule/${own}`)],
    },
    {
      sid: 'Secrets',
      actions: [
        ...acts('secretsmanager', 'CreateSecret DeleteSecret DescribeSecret GetResourcePolicy GetSecretValue'),
        ...acts('secretsmanager', 'PutSecretValue RestoreSecret TagResource UntagResource UpdateSecret'),
      ],
      resources: [here('secretsmanager', `secret:${own}`)],
    },
    {
      sid: 'Buckets',
      actions: [
        ...acts('s3', 'CreateBucket GetAccelerateConfiguration GetBucket* GetEncryptionConfiguration ListBucket'),
        ...acts('s3', 'GetLifecycleConfiguration GetReplicationConfiguration PutBucket*'),
        ...acts('s3', 'PutEncryptionConfiguration PutLifecycleConfiguration'),
      ],
      resources: [`arn:${partition}:s3:::${own}`],
    },
  ];
}

function operationRights(stage: Stage, place: Place): Right[] {
  const { partition, account, region: home } = place;
  const here = (service: string, resource: string) => `arn:${partition}:${service}:${home}:${account}:${resource}`;
  const own = physicalName(stage.name, '*');
  const there = (service: string, resource: string) =>
    regionsInUse(stage, place).map((region) => `arn:${partition}:${service}:${region}:${account}:${resource}`);
  return [
    {
      sid: 'Logs',
      actions: [
        ...acts('logs', 'CreateLogGroup DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy'),
        ...acts('logs', tagged),
      ],
      resources: [
        ...['/aws/lambda/', '/aws/apigateway/'].map((prefix) => here('logs', `log-group:${prefix}${own}`)),
        `arn:${partition}:logs:${perimeterRegion}:${account}:log-group:aws-waf-logs-${own}`,
      ],
    },
    {
      sid: 'Alarms',
      actions: acts('cloudwatch', `DeleteAlarms DescribeAlarms PutMetricAlarm ${tagged}`),
      resources: there('cloudwatch', `alarm:${own}`),
    },
    {
      sid: 'Dashboards',
      actions: acts('cloudwatch', 'DeleteDashboards GetDashboard PutDashboard'),
      resources: [`arn:${partition}:cloudwatch::${account}:dashboard/${own}`],
    },
    {
      sid: 'Topics',
      actions: [
        ...acts('sns', 'CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes SetTopicAttributes'),
        ...acts('sns', `SetSubscriptionAttributes Subscribe Unsubscribe ${tagged}`),
      ],
      resources: there('sns', own),
    },
    {
      sid: 'Outputs',
      actions: acts(
        'ssm',
        'AddTagsToResource DeleteParameter GetParameter GetParameters ListTagsForResource PutParameter',
      ),
      resources: [here('ssm', `parameter/${project}/${stage.name}/*`)],
    },
    {
      sid: 'Scaling',
      actions: [
        ...acts('application-autoscaling', 'DeleteScalingPolicy DeleteScheduledAction DeregisterScalableTarget'),
        ...acts('application-autoscaling', `PutScalingPolicy PutScheduledAction RegisterScalableTarget ${tagged}`),
      ],
      resources: [here('application-autoscaling', 'scalable-target/*')],
    },
  ];
}

/** As the names of CloudFront's actions end. */
const edgeKinds = [
  'CachePolicy',
  'Distribution',
  'Function',
  'OriginAccessControl',
  'OriginRequestPolicy',
  'ResponseHeadersPolicy',
] as const;

/** What the CDN is made of has ids of its own, so that no name can be asked for. */
function edgeRights({ partition, account }: Place): Right[] {
  const edge = (...kinds: readonly string[]) =>
    kinds.map((kind) => `arn:${partition}:cloudfront::${account}:${kind}/*`);
  return [
    {
      sid: 'Cdn',
      actions: [
        ...acts('cloudfront', `DescribeFunction Get* PublishFunction ${tagged}`),
        ...edgeKinds.flatMap((kind) => acts('cloudfront', `Delete${kind} Update${kind}`)),
      ],
      resources: edge(
        ...['distribution', 'cache-policy', 'origin-request-policy', 'response-headers-policy'],
        ...['origin-access-control', 'function'],
      ),
    },
    {
      sid: 'Firewall',
      actions: [
        ...acts('wafv2', 'CreateWebACL DeleteLoggingConfiguration DeleteWebACL GetLoggingConfiguration GetWebACL'),
        ...acts('wafv2', `PutLoggingConfiguration UpdateWebACL ${tagged}`),
      ],
      resources: [`arn:${partition}:wafv2:${perimeterRegion}:${account}:global/webacl/*/*`],
    },
    {
      sid: 'Certificate',
      actions: acts('acm', 'AddTagsToCertificate DeleteCertificate DescribeCertificate ListTagsForCertificate'),
      resources: [`arn:${partition}:acm:${perimeterRegion}:${account}:certificate/*`],
    },
    {
      sid: 'Zone',
      actions: acts('route53', 'ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets'),
      resources: [`arn:${partition}:route53:::hostedzone/*`, `arn:${partition}:route53:::change/*`],
    },
  ];
}

function accountRights({ name }: Stage, { partition, account }: Place): Right[] {
  const role = `arn:${partition}:iam::${account}:role/${physicalName(name, '*')}`;
  return [
    {
      sid: 'ReadRoles',
      actions: acts('iam', 'GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies'),
      resources: [role],
    },
    {
      sid: 'ReadProvider',
      actions: acts('iam', 'GetOpenIDConnectProvider'),
      resources: [`arn:${partition}:iam::${account}:oidc-provider/*`],
    },
    {
      sid: 'RunAs',
      actions: acts('iam', 'PassRole'),
      resources: [role],
      condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
    {
      sid: 'State',
      actions: acts('s3', 'DeleteObject GetObject PutObject'),
      // The bucket is named at `terraform init`; its path is the stage's own.
      resources: [`arn:${partition}:s3:::*/${project}/${name}/aws.tfstate*`],
      condition: { StringEquals: { 's3:ResourceAccount': account } },
    },
    {
      sid: 'KnowNoResource',
      actions: [
        ...acts('application-autoscaling', 'DescribeScalableTargets DescribeScalingPolicies DescribeScheduledActions'),
        ...acts('acm', 'RequestCertificate'),
        ...acts('cloudfront', 'CreateMonitoringSubscription DeleteMonitoringSubscription GetMonitoringSubscription'),
        ...edgeKinds.flatMap((kind) => acts('cloudfront', `Create${kind}`)),
        ...acts('cognito-idp', 'CreateUserPool DescribeUserPoolDomain'),
        ...acts('logs', 'CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies'),
        ...acts('logs', 'GetLogDelivery ListLogDeliveries PutResourcePolicy UpdateLogDelivery'),
        ...acts('secretsmanager', 'GetRandomPassword'),
        ...acts('ssm', 'DescribeParameters'),
      ],
      resources: ['*'],
    },
  ];
}
