import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import { type Resource, type Template, toText } from '../../template/template.ts';

function check(template: Template): Finding[] {
  const settings = template.ofType('AWS::Lambda::Function').map(({ properties }) => toText(properties.Environment));
  return template.ofType('AWS::CloudFront::Distribution').flatMap((edge) => {
    const { WebACLId, Origins } = toObject(edge.properties.DistributionConfig);
    if (WebACLId === undefined) return [];
    return toList(Origins)
      .map(toObject)
      .filter(({ CustomOriginConfig }) => CustomOriginConfig !== undefined)
      .filter((origin) => !isKnown(origin, settings))
      .map((origin) => toFinding(edge, toText(origin.Id)));
  });
}

/** Whether the CDN signs its requests, or sends a header that the origin compares. */
function isKnown({ OriginAccessControlId, OriginCustomHeaders }: JsonObject, settings: readonly string[]): boolean {
  if (OriginAccessControlId !== undefined) return true;
  const values = toList(OriginCustomHeaders).map((header) => toText(toObject(header).HeaderValue));
  return values.some((value) => value !== '' && settings.some((text) => text.includes(value)));
}

const toFinding = ({ id }: Resource, origin: string): Finding => ({
  resource: id,
  problem: `its origin '${origin}' cannot tell the CDN from anyone else: whoever finds its address passes by the web ACL. Send a header with a secret, and give the functions the same secret`,
});

const secret = '{{resolve:secretsmanager:origin-secret-1:SecretString}}';

const example = (origin: JsonObject, known: string): JsonObject => ({
  Resources: {
    Shop: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'shop', Environment: { Variables: { ORIGIN_SECRET: known } } },
    },
    Edge: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          WebACLId: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1',
          Origins: [{ Id: 'api', DomainName: 'api.shop.test', CustomOriginConfig: {}, ...origin }],
        },
      },
    },
  },
});
const header = { OriginCustomHeaders: [{ HeaderName: 'x-origin-secret', HeaderValue: secret }] };
const good = example(header, secret);

export const originsKnowTheirCdn: Rule = {
  name: 'origins-know-their-cdn',
  what: 'Behind a CDN with a web ACL, each API and function URL gets a header with a secret that its functions have, too.',
  why: 'An API and a function URL stay public, each at an address of its own. Requests to it pass by the web ACL, its rate limits, and the cache.',
  source: [
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html',
    'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html',
  ],
  clouds: ['aws'],
  check,
  examples: [
    { bad: example({}, secret), good },
    { bad: example(header, 'another'), good },
  ],
};
