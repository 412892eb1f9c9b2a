import { limits } from '../../../model/checks/limits.ts';
import { firstObject, type Json, type JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';
import { exampleWorker } from '../workers/example-worker.ts';

const most = limits.accountConcurrency.value - limits.unreservedConcurrency.value;
/** An on-demand table begins with four partitions, and so does its stream. */
const fewestShards = 4;

/** Environments that a resource may take at once; 0 if only a deploy knows. */
function environmentsOf(template: Template, { type, properties }: Resource): number {
  const known = (value: Json | undefined, absent = 0): number => toNumber(template, value, absent) ?? 0;
  switch (type) {
    case 'AWS::ApplicationAutoScaling::ScalableTarget':
      return toText(properties.ResourceId).startsWith('function:') ? known(properties.MaxCapacity) : 0;
    case 'AWS::Lambda::EventSourceMapping':
      return properties.StartingPosition === undefined
        ? known(firstObject(properties.ScalingConfig).MaximumConcurrency)
        : known(properties.ParallelizationFactor, 1) * fewestShards;
    case 'AWS::Lambda::Function':
      return known(properties.ReservedConcurrentExecutions);
    default:
      return 0;
  }
}

function check(template: Template): Finding[] {
  const taking = template.resources.map((resource) => ({ resource, environments: environmentsOf(template, resource) }));
  const total = taking.reduce((sum, { environments }) => sum + environments, 0);
  const [largest] = taking.toSorted((a, b) => b.environments - a.environments);
  if (!largest || total <= most) return [];
  const problem = `all functions together may take ${total} environments, and an account has ${most} to give (a new one far fewer). This one takes ${largest.environments}: lower it, or have the quota raised first`;
  return [{ resource: largest.resource.id, problem }];
}

const example = (MaximumConcurrency: Json, Default?: number): JsonObject => ({
  ...exampleWorker({ mapping: { ScalingConfig: { MaximumConcurrency } } }),
  Parameters: { Cap: { Type: 'Number', ...(Default !== undefined && { Default }) } },
});
const cap = { Ref: 'Cap' };

export const environmentsFitTheAccount: Rule = {
  name: 'environments-fit-the-account',
  what: `Provisioned and reserved concurrency and the caps of all triggers add up to at most ${most} environments.`,
  why: 'What one trigger takes, the API lacks; and application auto scaling that cannot set its floor says so nowhere. New accounts have 10 to 50 environments: `aws lambda get-account-settings`.',
  source: [limits.accountConcurrency.source, limits.unreservedConcurrency.source],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example(901), good: example(900) },
    { bad: example(cap, 901), good: example(cap, 900) },
    { bad: example(901), good: example(cap) },
  ],
};
