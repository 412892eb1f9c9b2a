import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Template, toText } from '../../template/template.ts';

/** Maximum messages in one receive of a queue. */
const received = 10;
const mapping = 'AWS::Lambda::EventSourceMapping';

function check(template: Template): Finding[] {
  return template.ofType(mapping).flatMap(({ id, properties }) => {
    const { BatchSize: size, MaximumBatchingWindowInSeconds: window, EventSourceArn: source } = properties;
    const isQueue = template.findReferred(source, 'AWS::SQS::Queue') !== undefined || /:sqs:/.test(toText(source));
    const batch = toNumber(template, size, received);
    const seconds = toNumber(template, window, 0);
    if (!isQueue || batch === undefined || batch <= received || seconds !== 0) return [];
    const problem = `BatchSize ${batch} without a window: Lambda refuses it, since one receive gives ${received} messages. Set MaximumBatchingWindowInSeconds to 1 or more`;
    return [{ resource: id, problem }];
  });
}

const example = (more: JsonObject): JsonObject => ({
  Resources: {
    Poller: {
      Type: mapping,
      Properties: {
        FunctionName: 'settlement',
        EventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:orders',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 10 },
        BatchSize: 100,
        ...more,
      },
    },
  },
});

export const bigBatchesHaveAWindow: Rule = {
  name: 'big-batches-have-a-window',
  what: 'A batch of more than ten messages of a queue has a window in which it is collected.',
  why: 'Lambda refuses the mapping: "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10".',
  source: ['https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html'],
  clouds: ['aws'],
  check,
  examples: [{ bad: example({}), good: example({ MaximumBatchingWindowInSeconds: 1 }) }],
};
