import type { JsonObject } from '../../../model/json.ts';

/** A queue with dead letters, its function and their mapping; satisfies every rule. */
export const exampleWorker = ({
  queue = {},
  mapping = {},
}: {
  queue?: JsonObject;
  mapping?: JsonObject;
} = {}): JsonObject => ({
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders-dlq', MessageRetentionPeriod: 1_209_600 } },
    Orders: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'orders',
        VisibilityTimeout: 180,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 },
        ...queue,
      },
    },
    Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'worker', Timeout: 30 } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
        FunctionName: { Ref: 'Worker' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
        ...mapping,
      },
    },
  },
});

/** A stream of a table and its worker. */
export const exampleStream = (mapping: JsonObject): JsonObject => ({
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'views-dlq', MessageRetentionPeriod: 1_209_600 } },
    Worker: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'views', Timeout: 30 } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026',
        FunctionName: { Ref: 'Worker' },
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 5,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
        ...mapping,
      },
    },
  },
});
