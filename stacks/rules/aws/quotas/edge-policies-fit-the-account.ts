import { limits } from '../../../model/checks/limits.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

const { value: most, source } = limits.edgePolicies;
/** How many stages one account usually has: development, staging, production. */
const stages = 3;
const share = Math.floor(most / stages);

const kinds = ['CachePolicy', 'OriginRequestPolicy', 'ResponseHeadersPolicy'] as const;

function check(template: Template): Finding[] {
  return kinds.flatMap((kind) => {
    const own = template.ofType(`AWS::CloudFront::${kind}`);
    const [last] = own.slice(share);
    if (!last) return [];
    const problem = `the stage has ${own.length} of its kind, and an account ${most} for all stages and regions: the deploy of the third stage stops. Share policies between behaviours, or use managed ones`;
    return [{ resource: last.id, problem }];
  });
}

const example = (count: number): JsonObject => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `Policy${at}`,
      {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: { CachePolicyConfig: { Name: `policy-${at}`, DefaultTTL: 0, MinTTL: 0, MaxTTL: 1 } },
      },
    ]),
  ),
});

export const edgePoliciesFitTheAccount: Rule = {
  name: 'edge-policies-fit-the-account',
  what: `A stage has at most ${share} policies of CloudFront of each kind, so that three stages fit into the account's ${most}.`,
  why: 'Stages and regions of an account share the quota. CloudFront refuses the policy that exceeds it, after the tables and functions of the stage were created.',
  source: [source],
  clouds: ['aws'],
  check,
  examples: [{ bad: example(share + 1), good: example(share) }],
};
