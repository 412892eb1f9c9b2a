/** A limit of AWS, with the page that documents it. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  /** AWS raises it on request. */
  readonly adjustable?: true;
}

const lambdaQuotas = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const eventSource = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const eventSourceScaling = 'https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html';
const lambdaWithSqs = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html';
const lambdaScaling = 'https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html';
const lambdaConcurrency = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html';
const queueAttributes =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html';
const httpApiQuotas = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html';
const apiQuotas = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html';
const tableQuotas = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const tableScaling = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html';
const warmTables = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html';
const recovery =
  'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html';
const edgeQuotas = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html';
const edgeFunctionQuotas =
  'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html';
const edgeTimes = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html';
const webAclRates =
  'https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html';
const logRetention = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html';

export const limits = {
  functionMemoryMin: { value: 128, unit: 'MB', source: lambdaQuotas },
  functionMemoryMax: { value: 10_240, unit: 'MB', source: lambdaQuotas },
  functionTimeoutMax: { value: 900, unit: 's', source: lambdaQuotas },
  accountConcurrency: { value: 1000, unit: 'environments', source: lambdaQuotas, adjustable: true },
  /** Lambda keeps this much of the account unreserved, for functions without reserved concurrency. */
  unreservedConcurrency: { value: 100, unit: 'environments', source: lambdaConcurrency },
  provisionedTargetMin: { value: 0.1, unit: 'utilization', source: lambdaScaling },
  provisionedTargetMax: { value: 0.9, unit: 'utilization', source: lambdaScaling },
  apiIntegrationTimeout: { value: 30, unit: 's', source: httpApiQuotas },
  apiRate: { value: 10_000, unit: 'requests/s', source: apiQuotas, adjustable: true },
  /** Policies of one kind: cache, origin request or response headers. An account's stages and regions share the limit. */
  edgePolicies: { value: 20, unit: 'policies an account', source: edgeQuotas, adjustable: true },
  apiBurst: { value: 5000, unit: 'requests', source: apiQuotas },
  queueConcurrencyMin: { value: 2, unit: 'environments', source: eventSourceScaling },
  queueConcurrencyMax: { value: 1000, unit: 'environments', source: eventSourceScaling },
  queueBatchMax: { value: 10_000, unit: 'messages', source: eventSource },
  /** A larger batch needs a batching window of a second or more. */
  queueBatchMaxWithoutWindow: { value: 10, unit: 'messages', source: eventSource },
  batchingWindowMax: { value: 300, unit: 's', source: eventSource },
  /** AWS's recommendation, because throttled retries use part of the timeout. */
  visibilityTimeoutMultiplier: { value: 6, unit: 'function timeouts', source: lambdaWithSqs },
  maxReceiveCountAdvised: { value: 5, unit: 'receives', source: lambdaWithSqs },
  maxReceiveCountMax: { value: 1000, unit: 'receives', source: queueAttributes },
  queueVisibilityMax: { value: 43_200, unit: 's', source: queueAttributes },
  queueDelayMax: { value: 900, unit: 's', source: queueAttributes },
  queueRetentionMax: { value: 14, unit: 'days', source: queueAttributes },
  streamBatchMax: { value: 10_000, unit: 'records', source: eventSource },
  streamParallelizationMax: { value: 10, unit: 'batches per shard', source: eventSource },
  streamRetriesMax: { value: 10_000, unit: 'attempts', source: eventSource },
  /** A stream keeps records for a day: a higher age limit would never be reached. */
  streamRetention: {
    value: 24,
    unit: 'hours',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html',
  },
  tableUnits: { value: 40_000, unit: 'units/s', source: tableQuotas, adjustable: true },
  accountUnits: { value: 80_000, unit: 'units/s', source: tableQuotas, adjustable: true },
  tableTargetMin: { value: 20, unit: '%', source: tableScaling },
  tableTargetMax: { value: 90, unit: '%', source: tableScaling },
  /** The default of a new on-demand table; AWS rejects less. */
  warmReadMin: { value: 12_000, unit: 'units/s', source: warmTables },
  warmWriteMin: { value: 4_000, unit: 'units/s', source: warmTables },
  edgeFunctionBytes: { value: 10_240, unit: 'bytes', source: edgeFunctionQuotas },
  /** One year. AWS accepts more, but a longer cache time is a mistake. */
  edgeTimesMax: { value: 31_536_000, unit: 's', source: edgeTimes },
  webAclRateMin: { value: 10, unit: 'requests', source: webAclRates },
  webAclRateMax: { value: 2_000_000_000, unit: 'requests', source: webAclRates },
  /** Beyond it CloudFront times out on the origin. */
  originReadTimeoutMax: { value: 60, unit: 's', source: edgeQuotas, adjustable: true },
  pointInTimeRecoveryMax: { value: 35, unit: 'days', source: recovery },
} as const satisfies Record<string, Limit>;

/** Regions that have a CloudFront feature or restrict one. */
export const edgeRegions = {
  originShieldRegions: {
    values: [
      ...['us-east-1', 'us-east-2', 'us-west-2', 'sa-east-1', 'eu-central-1', 'eu-west-1', 'eu-west-2'],
      ...['ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-southeast-1', 'ap-southeast-2', 'me-central-1'],
    ] as readonly string[],
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html',
  },
  /** Regions that an account has to enable itself. CloudFront's standard logs cannot be delivered there. */
  optInRegions: {
    values: [
      ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5'],
      ...['ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-1', 'eu-south-2', 'il-central-1'],
      ...['me-central-1', 'me-south-1', 'mx-central-1'],
    ] as readonly string[],
    source: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html',
  },
} as const;

/** The only retentions that CloudWatch Logs accepts. */
export const logRetentionDays = {
  values: [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ] as readonly number[],
  unit: 'days',
  source: logRetention,
} as const;

const edgeFunctionName = 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html';
const azureNames = 'https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-name-rules';
const azureReserved =
  'https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name';
const cognitoDomain =
  'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html';
const googleBuckets = 'https://cloud.google.com/storage/docs/buckets#naming';
const googleCompute = 'https://cloud.google.com/compute/docs/naming-resources';
const characters = 'characters';

/** Maximum lengths of names. Where a cloud allows 90 characters or more, our other names are always shorter. */
export const nameLimits = {
  function: {
    value: 64,
    unit: characters,
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html',
  },
  queue: {
    value: 80,
    unit: characters,
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
  },
  rule: {
    value: 64,
    unit: characters,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html',
  },
  edgeFunction: { value: 64, unit: characters, source: edgeFunctionName },
  originAccessControl: {
    value: 64,
    unit: characters,
    source: 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html',
  },
  signInDomain: {
    value: 63,
    unit: characters,
    source: 'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html',
  },
  azureFunctionApp: { value: 60, unit: characters, source: azureNames },
  /** The host is known by the first characters of its app; two of one id in one storage account do not start. */
  azureFunctionHost: {
    value: 32,
    unit: characters,
    source: 'https://github.com/Azure/azure-functions-host/wiki/Host-IDs',
  },
  azureWorkspace: { value: 63, unit: characters, source: azureNames },
  azureStorageAccount: { value: 24, unit: characters, source: azureNames },
  azureTableMin: { value: 3, unit: characters, source: azureNames },
  azureActionGroupShortName: {
    value: 12,
    unit: characters,
    source: 'https://learn.microsoft.com/en-us/rest/api/monitor/action-groups/create-or-update',
  },
  googleFunction: {
    value: 49,
    unit: characters,
    source: 'https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create',
  },
  googleCompute: { value: 63, unit: characters, source: googleCompute },
  googleDatabase: {
    value: 63,
    unit: characters,
    source: 'https://cloud.google.com/firestore/docs/manage-databases',
  },
  googleServiceAccount: {
    value: 30,
    unit: characters,
    source: 'https://cloud.google.com/iam/docs/service-accounts-create',
  },
  googleBucket: { value: 63, unit: characters, source: googleBuckets },
  googleProject: {
    value: 30,
    unit: characters,
    source: 'https://cloud.google.com/resource-manager/docs/creating-managing-projects',
  },
} as const satisfies Record<string, Limit>;

/** Words that a name must not contain, or not begin with: a cloud rejects resources named so. */
export const reservedWords = [
  { word: 'aws', source: cognitoDomain },
  { word: 'amazon', source: cognitoDomain },
  { word: 'cognito', source: cognitoDomain },
  { word: 'google', source: googleBuckets },
  { word: 'microsoft', source: azureReserved },
  { word: 'windows', source: azureReserved },
  { word: 'login', source: azureReserved, atStart: true },
  { word: 'xbox', source: azureReserved, atStart: true },
  { word: 'goog', source: 'https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names', atStart: true },
  {
    word: 'ssm',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html',
    atStart: true,
  },
] as const satisfies readonly { readonly word: string; readonly source: string; readonly atStart?: true }[];
