import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import type { Template } from '../../template/template.ts';
import { findFunction } from '../functions.ts';
import { exampleWorker } from './example-worker.ts';
import { findQueueMappings } from './mappings.ts';

const advised = 6;
/** Lambda's and SQS's own defaults, in seconds. */
const [defaultTimeout, defaultVisibility] = [3, 30];

function check(template: Template): Finding[] {
  return findQueueMappings(template).flatMap(({ mapping, queue }) => {
    const lambda = findFunction(template, mapping.properties.FunctionName);
    if (!lambda) return [];
    const timeout = toNumber(template, lambda.properties.Timeout, defaultTimeout);
    const visibility = toNumber(template, queue.properties.VisibilityTimeout, defaultVisibility);
    if (timeout === undefined || visibility === undefined || visibility >= advised * timeout) return [];
    const problem = `it hides a message for ${visibility} s, but ${lambda.id} may run for ${timeout} s. Hide it for ${advised * timeout} s or more`;
    return [{ resource: queue.id, problem }];
  });
}

export const messagesStayHiddenWhileWorkedOn: Rule = {
  name: 'messages-stay-hidden-while-worked-on',
  what: 'A queue hides a message for at least six timeouts of the function that processes it.',
  why: 'Lambda refuses a mapping whose queue hides for less than one timeout. With less than six, a throttled batch comes back while it is retried, and good messages become dead letters.',
  source: ['https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html'],
  clouds: ['aws'],
  check,
  examples: [
    { bad: exampleWorker({ queue: { VisibilityTimeout: 150 } }), good: exampleWorker() },
    { bad: exampleWorker({ queue: { VisibilityTimeout: 20 } }), good: exampleWorker() },
  ],
};
