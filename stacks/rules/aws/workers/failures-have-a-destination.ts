import { toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Template, toText } from '../../template/template.ts';
import { exampleStream, exampleWorker } from './example-worker.ts';
import { findQueueMappings, findStreamMappings } from './mappings.ts';

const fewest = 5;

function check(template: Template): Finding[] {
  const queues = findQueueMappings(template).flatMap(({ queue }) => {
    const { deadLetterTargetArn: target, maxReceiveCount: receives } = toObject(queue.properties.RedrivePolicy);
    if (target === undefined)
      return [
        {
          resource: queue.id,
          problem:
            'a function reads it, and it has no dead-letter queue: a poison message circles until it expires. Add one',
        },
      ];
    const times = toNumber(template, receives);
    if (times === undefined || times >= fewest) return [];
    return [
      {
        resource: queue.id,
        problem: `a message is dead after ${times} receives, and a throttled receive counts as one. Allow ${fewest} or more`,
      },
    ];
  });
  const streams = findStreamMappings(template).flatMap(({ id, properties }) => {
    const { Destination } = toObject(toObject(properties.DestinationConfig).OnFailure);
    const attempts = toNumber(template, properties.MaximumRetryAttempts, -1) ?? 0;
    if (toText(Destination) !== '' && attempts >= 0) return [];
    return [
      {
        resource: id,
        problem:
          'one record that fails blocks its shard until it expires, or is lost. Set a failure destination and MaximumRetryAttempts',
      },
    ];
  });
  return [...queues, ...streams];
}

export const failuresHaveADestination: Rule = {
  name: 'failures-have-a-destination',
  what: 'What a worker cannot process goes to a queue: a queue has dead letters after five receives or more, a stream a failure destination and a limit of attempts.',
  why: 'By default SQS delivers a poison message until it expires, and a stream repeats a failing batch for a day, with its shard blocked behind it.',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: exampleWorker({ queue: { RedrivePolicy: {} } }), good: exampleWorker() },
    {
      bad: exampleWorker({
        queue: { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 1 } },
      }),
      good: exampleWorker(),
    },
    { bad: exampleStream({ DestinationConfig: {} }), good: exampleStream({}) },
    { bad: exampleStream({ MaximumRetryAttempts: -1 }), good: exampleStream({}) },
  ],
};
