import { toList } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import type { Template } from '../../template/template.ts';
import { exampleWorker } from './example-worker.ts';
import { findQueueMappings } from './mappings.ts';

function check(template: Template): Finding[] {
  return findQueueMappings(template)
    .filter(({ mapping: { properties } }) => {
      const { BatchSize, FunctionResponseTypes } = properties;
      return (
        (toNumber(template, BatchSize, 10) ?? 1) > 1 &&
        !toList(FunctionResponseTypes).includes('ReportBatchItemFailures')
      );
    })
    .map(({ mapping }) => ({
      resource: mapping.id,
      problem:
        'one message that fails returns its whole batch to the queue. Add ReportBatchItemFailures, and report the failed ids',
    }));
}

export const batchesFailInPart: Rule = {
  name: 'batches-fail-in-part',
  what: 'A function that reads batches from a queue reports the messages that failed.',
  why: 'Otherwise one poison message makes its neighbours dead letters.',
  source: [
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting',
  ],
  clouds: ['aws'],
  check,
  examples: [{ bad: exampleWorker({ mapping: { FunctionResponseTypes: [] } }), good: exampleWorker() }],
};
