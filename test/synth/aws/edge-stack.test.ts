import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../functions/contracts/routes.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { apiServices } from '../../../stacks/model/services.ts';
import { exampleDomain } from '../../../stacks/model/stages/stage-defaults.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { edgeTable, findBehaviors, findCachePolicy } from './edge-table.ts';
import { findOneWith, findProperties, findResources, findStatements, synthesize, toText } from './synthesize.ts';

const { edge: prod } = synthesize(stages.prod);
const behavior = (pattern: string | undefined, edge = prod) => {
  const found = findBehaviors(edge).find((each) => each.PathPattern === pattern);
  if (!found) throw new Error(`behaviour '${pattern}': not in the distribution`);
  return found;
};
const policy = (pattern: string | undefined, edge = prod) => findCachePolicy(edge, behavior(pattern, edge));
const findConfig = (edge = prod) =>
  findProperties(edge, 'AWS::CloudFront::Distribution')[0]?.DistributionConfig as Record<string, unknown>;
const findOrigins = (edge = prod) => findConfig(edge).Origins as Record<string, unknown>[];

test('keeps the logical ids of distribution, bucket and failure queue: new ids would change the URL or lose data', () => {
  expect(Object.keys(findResources(prod, 'AWS::CloudFront::Distribution'))).toEqual(['Distribution830FAC52']);
  expect(Object.keys(findResources(prod, 'AWS::S3::Bucket')).sort()).toEqual([
    'AccessLogsBucketCD784A59',
    'StorefrontBucket98F6D660',
  ]);
  expect(Object.keys(findResources(prod, 'AWS::SQS::Queue'))).toEqual(['invalidationdlqB8C4292D']);
});

describe.each(Object.values<Stage>(stages))('in stage $name', (stage) => {
  const { edge } = synthesize(stage);

  test('routes every API path to the API, and never caches orders', () => {
    for (const { path } of routes) {
      const found = findBehaviors(edge).find(({ PathPattern }) =>
        PathPattern ? path.startsWith(PathPattern.replace(/\*$/, '')) : true,
      );
      expect(found?.TargetOriginId, path).not.toBe('storefront');
      if (path.startsWith('/orders') && found) expect(findCachePolicy(edge, found).MaxTTL).toBe(0);
    }
  });

  test("caches products by path, cursor and limit only, for the stage's times", () => {
    const { product } = stage.caching;
    const products = policy('/products*', edge);
    expect(products).toMatchObject({ MinTTL: 0, DefaultTTL: 0 });
    // The maximum also limits stale responses.
    expect(products.MaxTTL).toBeGreaterThanOrEqual(product.edgeSeconds + product.staleWhileRevalidateSeconds);
    expect(products.MaxTTL).toBeGreaterThanOrEqual(product.edgeSeconds + product.staleIfErrorSeconds);
    expect(products.ParametersInCacheKeyAndForwardedToOrigin).toEqual({
      CookiesConfig: { CookieBehavior: 'none' },
      HeadersConfig: { HeaderBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['cursor', 'limit'] },
      EnableAcceptEncodingBrotli: true,
      EnableAcceptEncodingGzip: true,
    });
  });

  test('gives the functions the same cache times as the policies', () => {
    const { product } = stage.caching;
    const name = physicalName(stage.name, 'catalog');
    const lambda = findOneWith(synthesize(stage).service, 'AWS::Lambda::Function', 'FunctionName', name);
    expect((lambda.Environment as { Variables: object }).Variables).toMatchObject({
      CACHE_EDGE_SECONDS: String(product.edgeSeconds),
      CACHE_STALE_SECONDS: String(product.staleWhileRevalidateSeconds),
      CACHE_FUNCTION_MS: String(product.functionMs),
    });
  });

  test('caches no errors, which CloudFront does for 10 s by default', () => {
    const errors = findConfig(edge).CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    const all = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    expect(errors).toEqual(all.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })));
  });

  test('attaches the edge function and a headers policy to every behaviour', () => {
    for (const each of findBehaviors(edge)) {
      expect(each.FunctionAssociations.map(({ EventType }) => EventType)).toEqual(['viewer-request']);
      expect(each.ResponseHeadersPolicyId).toHaveProperty('Ref');
      expect(each.ViewerProtocolPolicy).toMatch(/^(https-only|redirect-to-https)$/);
    }
  });

  test('lets only this distribution read the bucket', () => {
    const buckets = findProperties(edge, 'AWS::S3::Bucket');
    for (const bucket of buckets) {
      expect(bucket.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const allowed = findProperties(edge, 'AWS::S3::BucketPolicy')
      .flatMap((each) => (each.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement)
      .filter((statement) => statement.Effect === 'Allow' && statement.Sid === 'Edge');
    expect(allowed).toHaveLength(1);
    expect(allowed[0]).toMatchObject({
      Action: ['s3:GetObject', 's3:ListBucket'],
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceArn': expect.anything() } },
    });
    edge.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });
});

test('caches assets for a year, the page and its settings for a minute, without a query in the key', () => {
  expect(policy('/assets/*')).toMatchObject({ MinTTL: 0, DefaultTTL: 31_536_000, MaxTTL: 31_536_000 });
  expect(policy(undefined)).toMatchObject({ MinTTL: 0, DefaultTTL: 60, MaxTTL: 60 });
  for (const pattern of ['/assets/*', undefined]) {
    const { QueryStringsConfig } = policy(pattern).ParametersInCacheKeyAndForwardedToOrigin;
    expect(QueryStringsConfig).toEqual({ QueryStringBehavior: 'none' });
  }
});

test('forwards no query parameters of products beyond the cache key', () => {
  const policies = findResources(prod, 'AWS::CloudFront::OriginRequestPolicy');
  const of = (pattern: string) => policies[behavior(pattern).OriginRequestPolicyId?.Ref ?? '']?.Properties;
  const headers = { HeaderBehavior: 'allExcept', Headers: ['host'] };
  const cookies = { CookieBehavior: 'none' };
  expect(of('/products*')?.OriginRequestPolicyConfig).toMatchObject({
    HeadersConfig: headers,
    CookiesConfig: cookies,
    QueryStringsConfig: { QueryStringBehavior: 'none' },
  });
  expect(of('/orders*')?.OriginRequestPolicyConfig).toMatchObject({
    HeadersConfig: headers,
    CookiesConfig: cookies,
    QueryStringsConfig: { QueryStringBehavior: 'all' },
  });
});

test('sends security headers: no foreign code, TLS only, no referrer', () => {
  const policies = findProperties(prod, 'AWS::CloudFront::ResponseHeadersPolicy').map(
    (each) => each.ResponseHeadersPolicyConfig as { SecurityHeadersConfig: Record<string, Record<string, unknown>> },
  );
  expect(policies).toHaveLength(2);
  for (const { SecurityHeadersConfig: headers } of policies) {
    expect(headers).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true },
    });
    const text = toText(headers.ContentSecurityPolicy?.ContentSecurityPolicy);
    expect(text).toMatch(/^default-src 'none'/);
    expect(text).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/unsafe|\*/);
  }
});

describe('origins', () => {
  test('has one origin for an HTTP API, over TLS, with a secret that no template holds', () => {
    expect(findOrigins().map(({ Id }) => Id)).toEqual(['api', 'storefront']);
    expect(findOrigins()[0]).toMatchObject({
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
      OriginShield: { Enabled: true },
      OriginCustomHeaders: [
        {
          HeaderName: 'x-origin-secret',
          HeaderValue: `{{resolve:secretsmanager:${physicalName('prod', 'origin-secret-1')}:SecretString}}`,
        },
      ],
    });
  });

  test('has an origin for each Function URL, and sends product writes to stock', () => {
    const { edge } = synthesize(stages['local-url']);
    expect(findOrigins(edge).map(({ Id }) => Id)).toEqual([...apiServices, 'storefront']);
    expect(behavior('/orders*', edge).TargetOriginId).toBe('intake');
    expect(behavior('/products*', edge).TargetOriginId).toBe('catalog');
    const [code] = findProperties(edge, 'AWS::CloudFront::Function').map((each) => String(each.FunctionCode));
    expect(code).toMatch(/^import cf from 'cloudfront';\nconst originOfWrites = 'stock';\n/);
  });
});

describe('by stage', () => {
  test('prod serves its domain on TLS 1.2 or newer, with certificate and web ACL from us-east-1', () => {
    expect(findConfig()).toMatchObject({
      Aliases: [exampleDomain],
      HttpVersion: 'http2and3',
      PriceClass: 'PriceClass_All',
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      WebACLId: { 'Fn::GetStackOutput': expect.objectContaining({ OutputName: 'WebAclArn', Region: 'us-east-1' }) },
    });
    const records = findProperties(prod, 'AWS::Route53::RecordSet').map(({ Type }) => Type);
    expect(records).toEqual(['A', 'AAAA']);
  });

  test('the web ACL limits rates first, then applies AWS’s rules, and logs blocked requests without tokens', () => {
    const { perimeter } = synthesize(stages.prod);
    if (!perimeter) throw new Error('stage prod: must have a perimeter stack, got none');
    perimeter.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      Rules: [
        // One limit for orders, then one for all requests: cached pages do not count against orders.
        Match.objectLike({
          Priority: 0,
          Statement: {
            RateBasedStatement: Match.objectLike({
              Limit: 3_000,
              ScopeDownStatement: { ByteMatchStatement: Match.objectLike({ SearchString: '/orders' }) },
            }),
          },
        }),
        Match.objectLike({ Priority: 1, Statement: { RateBasedStatement: Match.objectLike({ Limit: 100_000 }) } }),
        ...['AmazonIpReputationList', 'CommonRuleSet', 'KnownBadInputsRuleSet'].map((name) =>
          Match.objectLike({
            OverrideAction: { None: {} },
            Statement: { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: `AWSManagedRules${name}` } },
          }),
        ),
      ],
    });
    perimeter.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
    });
    perimeter.hasResourceProperties('AWS::CertificateManager::Certificate', { ValidationMethod: 'DNS' });
  });

  test('dev and the local stages have no domain or web ACL, and the local ones no logs or secret', () => {
    for (const stage of [stages.dev, stages.local, stages['local-url']]) {
      expect(synthesize(stage).perimeter).toBeUndefined();
      expect(findConfig(synthesize(stage).edge)).not.toHaveProperty('Aliases');
    }
    const { edge } = synthesize(stages.local);
    expect(findConfig(edge)).not.toHaveProperty('Logging');
    expect(findOrigins(edge)[0]).not.toHaveProperty('OriginCustomHeaders');
  });

  test("access logs hold no cookies and expire after the stage's days", () => {
    expect(findConfig().Logging).toMatchObject({ IncludeCookies: false, Prefix: 'edge/' });
    prod.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90 })] },
    });
  });
});

test('sends only product records to invalidation, and moves failing ones to the failure queue', () => {
  const [mapping = {}] = findProperties(prod, 'AWS::Lambda::EventSourceMapping');
  expect(mapping).toMatchObject({
    StartingPosition: 'TRIM_HORIZON',
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10,
    MaximumBatchingWindowInSeconds: 1,
  });
  const { Filters } = mapping.FilterCriteria as { Filters: { Pattern: string }[] };
  const pattern = { dynamodb: { Keys: { pk: { S: [{ prefix: 'PRODUCT#' }] } } } };
  expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([pattern]);
  const destination = (mapping.DestinationConfig as { OnFailure: { Destination: unknown } }).OnFailure.Destination;
  expect(toText(destination)).toBe('<invalidationdlq>');
});

test('lets the publishing function only write and delete files of its one bucket', () => {
  const granted = findStatements(prod, 'Publishing').flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => `${action} on ${toText(Resource)}`),
  );
  expect(granted.sort()).toEqual([
    'logs:CreateLogStream on <PublishingLogs>',
    'logs:PutLogEvents on <PublishingLogs>',
    's3:DeleteObject on <StorefrontBucket>/*',
    's3:ListBucket on <StorefrontBucket>',
    's3:PutObject on <StorefrontBucket>/*',
  ]);
  prod.hasResourceProperties('Custom::Storefront', {
    Revision: 'test',
    Config: { stage: 'prod', scope: 'openid email', clientId: Match.anyValue(), issuer: Match.anyValue() },
  });
});

test('publishes the outputs that clients need', () => {
  expect(Object.keys(prod.toJSON().Outputs).sort()).toEqual([
    'DistributionDomain',
    'DistributionId',
    'EdgeUrl',
    'InvalidationDeadLetterUrl',
    'StorefrontBucket',
  ]);
});

test('docs/edge.md holds the table of the template (copy it from this failure)', () => {
  const document = readFileSync(new URL('../../../docs/edge.md', import.meta.url), 'utf8');
  expect(
    document
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .join('\n'),
  ).toContain(edgeTable(prod));
});
