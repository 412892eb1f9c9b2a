import type { ResourceAccess, TableAccess, TableAction } from './services.ts';

/** A permission, for both infrastructure tools. */
export interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const tableActions: Readonly<Record<TableAction, string>> = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  check: 'dynamodb:ConditionCheckItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
};
const otherActions = {
  send: 'sqs:SendMessage',
  publish: 'events:PutEvents',
  invalidate: 'cloudfront:CreateInvalidation',
  read: 'secretsmanager:GetSecretValue',
} as const;

/** Secrets Manager adds six random characters to a name. */
export const secretResource = (name: string): string => `${name}-??????`;

/** One statement per access, named after it, so that each can be found, read and removed on its own. */
export function statementsFor(access: ResourceAccess, arns: readonly string[]): Statement[] {
  if (access.kind !== 'table') {
    const actions = access.actions.map((action: keyof typeof otherActions) => otherActions[action]);
    return [statement(access.env, actions, arns)];
  }
  const statements = [
    statement(
      access.env,
      access.actions.map((action) => tableActions[action]),
      arns,
    ),
  ];
  return access.index ? [...statements, indexStatement(access, access.index, arns)] : statements;
}

export function statement(name: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { sid: pascalCase(name), actions, resources };
}

export const logStatement = (logGroupArn: string): Statement =>
  statement('LOGS', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroupArn]);

/** Only the permissions that the poller uses: it needs neither ChangeMessageVisibility nor GetQueueUrl. */
export const queueTriggerStatement = (queueArn: string): Statement =>
  statement('TRIGGER', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queueArn]);

/** ListStreams takes no stream name, so its resource is a wildcard: all streams of this one table. */
export const streamTriggerStatements = (streamArn: string, tableArn: string): Statement[] => [
  statement('TRIGGER', ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn]),
  statement('TRIGGER_LIST', ['dynamodb:ListStreams'], [`${tableArn}/stream/*`]),
];

/** For uploading the storefront to its bucket. */
export const publishingStatements = (bucketArn: string): Statement[] => [
  statement('LIST', ['s3:ListBucket'], [bucketArn]),
  statement('FILES', ['s3:PutObject', 's3:DeleteObject'], [`${bucketArn}/*`]),
];

function indexStatement(
  access: TableAccess,
  index: NonNullable<TableAccess['index']>,
  arns: readonly string[],
): Statement {
  const actions = index.actions.map((action) => tableActions[action]);
  const resources = arns.map((arn) => `${arn}/index/${index.name}`);
  return statement(`${access.env}_INDEX`, actions, resources);
}

/** Statement ids hold letters and digits only. */
function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}
