import type { ResourceAccess, TableAccess, TableAction } from './services.ts';

/** A permission as both infrastructure tools write it. */
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
} as const;

/** One statement for each need, named by it, so that a statement can be found, read, and taken away on its own. */
export function statementsFor(need: ResourceAccess, arn: string): Statement[] {
  if (need.kind !== 'table') {
    return [statement(need.env, need.actions.map(actionOf), [arn])];
  }
  const statements = [
    statement(
      need.env,
      need.actions.map((action) => tableActions[action]),
      [arn],
    ),
  ];
  return need.index ? [...statements, indexStatement(need, need.index, arn)] : statements;
}

export function statement(name: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { sid: pascalCase(name), actions, resources };
}

export const logStatement = (logGroupArn: string): Statement =>
  statement('LOGS', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroupArn]);

/** No more than the poller uses: ChangeMessageVisibility and GetQueueUrl are for others. */
export const queueTriggerStatement = (queueArn: string): Statement =>
  statement('TRIGGER', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queueArn]);

/** Listing names no stream, so this one resource ends in a wildcard: the streams of this one table. */
export const streamTriggerStatements = (streamArn: string, tableArn: string): Statement[] => [
  statement('TRIGGER', ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn]),
  statement('TRIGGER_LIST', ['dynamodb:ListStreams'], [`${tableArn}/stream/*`]),
];

/** What puts the storefront into its bucket. */
export const publishingStatements = (bucketArn: string): Statement[] => [
  statement('LIST', ['s3:ListBucket'], [bucketArn]),
  statement('FILES', ['s3:PutObject', 's3:DeleteObject'], [`${bucketArn}/*`]),
];

function indexStatement(need: TableAccess, index: NonNullable<TableAccess['index']>, arn: string): Statement {
  const actions = index.actions.map((action) => tableActions[action]);
  return statement(`${need.env}_INDEX`, actions, [`${arn}/index/${index.name}`]);
}

function actionOf(action: keyof typeof otherActions): string {
  return otherActions[action];
}

/** Statement ids hold letters and digits only. */
function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}
