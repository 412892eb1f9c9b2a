export interface PollerGrant {
  readonly actions: readonly string[];
  readonly reason: string;
  readonly source: string;
}

/**
 * Grants that AWS itself uses under the role, outside the function. An emulator polls and logs without checking them.
 * Each is still revoked; if something fails without it, it counts as proven.
 */
const pollerGrants: readonly PollerGrant[] = [
  {
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    reason: "Lambda's poller reads the queue for the function and deletes processed messages",
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
  },
  {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    reason: "Lambda's poller reads the table's stream for the function",
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html',
  },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    reason: 'Lambda writes the log of the function',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html',
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    reason: 'Lambda sends the trace segments of the function, in stages with tracing',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html',
  },
];

export function findPollerGrant(action: string): PollerGrant | undefined {
  return pollerGrants.find(({ actions }) => actions.includes(action));
}
