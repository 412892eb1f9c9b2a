import { limits } from '../../../model/checks/limits.ts';
import { type JsonObject, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { toNumber } from '../../template/numbers.ts';
import { type Template, toText } from '../../template/template.ts';

const { value: most, source } = limits.apiRate;

function check(template: Template): Finding[] {
  return template.ofType('AWS::ApiGatewayV2::Stage').flatMap(({ id, properties }) => {
    const settings = toObject(properties.RouteSettings);
    const routes = template
      .ofType('AWS::ApiGatewayV2::Route')
      .filter(({ properties: { ApiId } }) => toText(ApiId) === toText(properties.ApiId))
      .map(({ properties: { RouteKey } }) => toText(RouteKey));
    const own = routes.map((key) =>
      rateOf(template, { ...toObject(properties.DefaultRouteSettings), ...toObject(settings[key]) }),
    );
    const total = own.reduce((sum, rate) => sum + rate, 0);
    if (routes.length === 0 || total <= most) return [];
    const problem = `its ${routes.length} routes may take ${total} requests/s together, and all APIs of an account in a region have ${most}: one busy route takes the share of the others. Lower the throttles`;
    return [{ resource: id, problem }];
  });
}

/** 0 if only a deploy knows it. */
const rateOf = (template: Template, { ThrottlingRateLimit: rate }: JsonObject): number =>
  toNumber(template, rate, most) ?? 0;

const example = (rate: number): JsonObject => ({
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    ...Object.fromEntries(
      ['GET /products', 'POST /orders'].map((RouteKey, at) => [
        `Route${at}`,
        { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey } },
      ]),
    ),
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'Api' },
        StageName: '$default',
        DefaultRouteSettings: { ThrottlingRateLimit: 2_000 },
        RouteSettings: { 'GET /products': { ThrottlingRateLimit: rate } },
      },
    },
  },
});

export const routesFitTheAccount: Rule = {
  name: 'routes-fit-the-account',
  what: `The throttles of all routes of an API add up to at most the account's ${most} requests/s.`,
  why: "A throttle of a route protects the others only below the account's own, which knows no routes.",
  source: [source],
  clouds: ['aws'],
  check,
  examples: [{ bad: example(8_001), good: example(8_000) }],
};
