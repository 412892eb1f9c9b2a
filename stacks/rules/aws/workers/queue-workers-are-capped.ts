import { firstObject, type JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import type { Template } from '../../template/template.ts';
import { findFunction } from '../functions.ts';
import { exampleWorker } from './example-worker.ts';
import { findQueueMappings } from './mappings.ts';

const [least, most] = [2, 1_000];

function check(template: Template): Finding[] {
  return findQueueMappings(template).flatMap(({ mapping }) => {
    const lambda = findFunction(template, mapping.properties.FunctionName);
    if (lambda?.properties.ReservedConcurrentExecutions !== undefined)
      return [
        {
          resource: lambda.id,
          problem:
            'reserved concurrency throttles the poller, and each throttled receive counts towards the dead-letter queue. Cap the mapping instead',
        },
      ];
    const { MaximumConcurrency: cap } = firstObject(mapping.properties.ScalingConfig);
    if (cap === undefined)
      return [
        {
          resource: mapping.id,
          problem: `it may take the whole account's concurrency. Set ScalingConfig.MaximumConcurrency to ${least} or more`,
        },
      ];
    const workers = toNumber(template, cap);
    if (workers === undefined || (workers >= least && workers <= most)) return [];
    return [
      {
        resource: mapping.id,
        problem: `MaximumConcurrency is ${workers}, and Lambda accepts ${least} to ${most}. Change it`,
      },
    ];
  });
}

const byParameter = (Default?: number): JsonObject => ({
  ...exampleWorker({ mapping: { ScalingConfig: { MaximumConcurrency: { Ref: 'Cap' } } } }),
  Parameters: { Cap: { Type: 'Number', ...(Default !== undefined && { Default }) } },
});

export const queueWorkersAreCapped: Rule = {
  name: 'queue-workers-are-capped',
  what: 'The mapping of a queue has a maximum concurrency of 2 to 1,000, and its function no reserved concurrency.',
  why: 'Lambda refuses less than 2. Without a cap, one queue takes the concurrency of the API; with reserved concurrency, throttled receives make good messages dead letters.',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: exampleWorker({ mapping: { ScalingConfig: {} } }), good: exampleWorker() },
    { bad: exampleWorker({ mapping: { ScalingConfig: { MaximumConcurrency: 1 } } }), good: exampleWorker() },
    { bad: byParameter(1), good: byParameter(2) },
    { bad: byParameter(1), good: byParameter() },
  ],
};
