import { shoppersPerAddress, storefrontRequests } from '../../../model/edge/perimeter-rows.ts';
import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Template, toText } from '../../template/template.ts';

const least = shoppersPerAddress * storefrontRequests;
const fiveMinutes = 300;

function check(template: Template): Finding[] {
  return template.ofType('AWS::WAFv2::WebACL').flatMap(({ id, properties }) =>
    toList(properties.Rules).flatMap((one) => {
      const { Name, Statement, Action } = toObject(one);
      const { RateBasedStatement: rate } = toObject(Statement);
      const { Limit, EvaluationWindowSec, AggregateKeyType, ScopeDownStatement } = toObject(rate);
      if (rate === undefined || AggregateKeyType !== 'IP' || ScopeDownStatement !== undefined) return [];
      if (toObject(Action).Count !== undefined) return [];
      const window = toNumber(template, EvaluationWindowSec, fiveMinutes);
      const allowed = ((toNumber(template, Limit) ?? Number.NaN) * fiveMinutes) / (window ?? Number.NaN);
      if (Number.isNaN(allowed) || allowed >= least) return [];
      const problem = `rule '${toText(Name)}' blocks an address at ${allowed} requests in five minutes, and one open storefront makes ${storefrontRequests}. Allow ${least}, or count only what no cache answers`;
      return [{ resource: id, problem }];
    }),
  );
}

const example = (statement: JsonObject, Action: JsonObject = { Block: {} }): JsonObject => ({
  Resources: {
    Acl: {
      Type: 'AWS::WAFv2::WebACL',
      Properties: {
        Scope: 'CLOUDFRONT',
        DefaultAction: { Allow: {} },
        Rules: [
          {
            Name: 'rate',
            Priority: 0,
            Action,
            Statement: { RateBasedStatement: { Limit: 3_000, AggregateKeyType: 'IP', ...statement } },
          },
        ],
      },
    },
  },
});

export const rateRulesSpareSharedAddresses: Rule = {
  name: 'rate-rules-spare-shared-addresses',
  what: `A rate rule of a web ACL that counts all requests of an address has room for ${shoppersPerAddress} open storefronts.`,
  why: 'An office, a school and a mobile carrier have one address for many shoppers: the sale ends for all of them when the third opens the page.',
  source: [
    'https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html',
    'https://www.rfc-editor.org/rfc/rfc6269#section-13.1',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}), good: example({ Limit: least }) },
    { bad: example({}), good: example({}, { Count: {} }) },
    {
      bad: example({ Limit: 11_000, EvaluationWindowSec: 120 }),
      good: example({ ScopeDownStatement: { ByteMatchStatement: { SearchString: '/orders' } } }),
    },
  ],
};
