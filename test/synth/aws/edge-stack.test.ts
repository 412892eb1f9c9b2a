import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../functions/contracts/routes.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { behaviorsOf, cachePolicyOf, edgeTable } from './edge-table.ts';
import { oneWith, propertiesOf, resourcesOf, statementsOf, synthesize, textOf } from './synthesize.ts';

const { edge: prod } = synthesize(stages.prod);
const behavior = (pattern: string | undefined, edge = prod) => {
  const found = behaviorsOf(edge).find((each) => each.PathPattern === pattern);
  if (!found) throw new Error(`no behaviour ${pattern}`);
  return found;
};
const policy = (pattern: string | undefined, edge = prod) => cachePolicyOf(edge, behavior(pattern, edge));
const configOf = (edge = prod) =>
  propertiesOf(edge, 'AWS::CloudFront::Distribution')[0]?.DistributionConfig as Record<string, unknown>;
const originsOf = (edge = prod) => configOf(edge).Origins as Record<string, unknown>[];

test('distribution, bucket and failure queue keep their logical ids: others would change the address or lose data', () => {
  expect(Object.keys(resourcesOf(prod, 'AWS::CloudFront::Distribution'))).toEqual(['Distribution830FAC52']);
  expect(Object.keys(resourcesOf(prod, 'AWS::S3::Bucket')).sort()).toEqual([
    'AccessLogsBucketCD784A59',
    'StorefrontBucket98F6D660',
  ]);
  expect(Object.keys(resourcesOf(prod, 'AWS::SQS::Queue'))).toEqual(['invalidationdlqB8C4292D']);
});

describe.each(Object.values<Stage>(stages))('in stage $name', (stage) => {
  const { edge } = synthesize(stage);

  test('every path of the API goes to the API, and orders are never kept', () => {
    for (const { path } of routes) {
      const found = behaviorsOf(edge).find(({ PathPattern }) =>
        PathPattern ? path.startsWith(PathPattern.replace(/\*$/, '')) : true,
      );
      expect(found?.TargetOriginId, path).not.toBe('storefront');
      if (path.startsWith('/orders') && found) expect(cachePolicyOf(edge, found).MaxTTL).toBe(0);
    }
  });

  test('products are kept under path, cursor and limit alone, for the times of the stage', () => {
    const { product } = stage.caching;
    const products = policy('/products*', edge);
    expect(products).toMatchObject({ MinTTL: 0, DefaultTTL: 0 });
    // Stale answers too are served up to the maximum alone.
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

  test('the functions say and keep what the policies allow: both come from the same settings', () => {
    const { product } = stage.caching;
    const name = `flash-sale-${stage.name}-catalog`;
    const lambda = oneWith(synthesize(stage).service, 'AWS::Lambda::Function', 'FunctionName', name);
    expect((lambda.Environment as { Variables: object }).Variables).toMatchObject({
      CACHE_EDGE_SECONDS: String(product.edgeSeconds),
      CACHE_STALE_SECONDS: String(product.staleWhileRevalidateSeconds),
      CACHE_FUNCTION_MS: String(product.functionMs),
    });
  });

  test('no error is kept: CloudFront would keep one for 10 s, of an order too', () => {
    const errors = configOf(edge).CustomErrorResponses as { ErrorCode: number; ErrorCachingMinTTL: number }[];
    const all = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    expect(errors).toEqual(all.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })));
  });

  test('every behaviour is guarded by the edge function and has a headers policy', () => {
    for (const each of behaviorsOf(edge)) {
      expect(each.FunctionAssociations.map(({ EventType }) => EventType)).toEqual(['viewer-request']);
      expect(each.ResponseHeadersPolicyId).toHaveProperty('Ref');
      expect(each.ViewerProtocolPolicy).toMatch(/^(https-only|redirect-to-https)$/);
    }
  });

  test('nobody reads the bucket but this distribution', () => {
    const buckets = propertiesOf(edge, 'AWS::S3::Bucket');
    for (const bucket of buckets) {
      expect(bucket.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const allowed = propertiesOf(edge, 'AWS::S3::BucketPolicy')
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

test('assets are kept for a year, the page and its settings for a minute, without a query in the key', () => {
  expect(policy('/assets/*')).toMatchObject({ MinTTL: 0, DefaultTTL: 31_536_000, MaxTTL: 31_536_000 });
  expect(policy(undefined)).toMatchObject({ MinTTL: 0, DefaultTTL: 60, MaxTTL: 60 });
  for (const pattern of ['/assets/*', undefined]) {
    const { QueryStringsConfig } = policy(pattern).ParametersInCacheKeyAndForwardedToOrigin;
    expect(QueryStringsConfig).toEqual({ QueryStringBehavior: 'none' });
  }
});

test('a query that is not in the key of a product does not reach its origin either', () => {
  const policies = resourcesOf(prod, 'AWS::CloudFront::OriginRequestPolicy');
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

test('answers tell the browser to run nothing foreign, to stay on TLS, and to tell nobody', () => {
  const policies = propertiesOf(prod, 'AWS::CloudFront::ResponseHeadersPolicy').map(
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
    const text = textOf(headers.ContentSecurityPolicy?.ContentSecurityPolicy);
    expect(text).toMatch(/^default-src 'none'/);
    expect(text).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/unsafe|\*/);
  }
});

describe('origins', () => {
  test('an HTTP API is one origin, asked over TLS, with the secret that no template holds', () => {
    expect(originsOf().map(({ Id }) => Id)).toEqual(['api', 'storefront']);
    expect(originsOf()[0]).toMatchObject({
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
      OriginShield: { Enabled: true },
      OriginCustomHeaders: [
        {
          HeaderName: 'x-origin-secret',
          HeaderValue: '{{resolve:secretsmanager:flash-sale-prod-origin-secret-1:SecretString}}',
        },
      ],
    });
  });

  test('Function URLs are three; the edge function sends writes of products to stock', () => {
    const { edge } = synthesize(stages['local-url']);
    expect(originsOf(edge).map(({ Id }) => Id)).toEqual(['catalog', 'intake', 'stock', 'storefront']);
    expect(behavior('/orders*', edge).TargetOriginId).toBe('intake');
    expect(behavior('/products*', edge).TargetOriginId).toBe('catalog');
    const [code] = propertiesOf(edge, 'AWS::CloudFront::Function').map((each) => String(each.FunctionCode));
    expect(code).toMatch(/^import cf from 'cloudfront';\nconst originOfWrites = 'stock';\n/);
  });
});

describe('by stage', () => {
  test('prod has its domain on TLS 1.2 or newer, with a certificate and a web ACL of us-east-1', () => {
    expect(configOf()).toMatchObject({
      Aliases: ['flash-sale.example'],
      HttpVersion: 'http2and3',
      PriceClass: 'PriceClass_All',
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      WebACLId: { 'Fn::GetStackOutput': expect.objectContaining({ OutputName: 'WebAclArn', Region: 'us-east-1' }) },
    });
    const records = propertiesOf(prod, 'AWS::Route53::RecordSet').map(({ Type }) => Type);
    expect(records).toEqual(['A', 'AAAA']);
  });

  test('the web ACL counts each address first, then asks AWS’s lists, and logs refusals without tokens', () => {
    const { perimeter } = synthesize(stages.prod);
    if (!perimeter) throw new Error('prod has no perimeter');
    perimeter.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'CLOUDFRONT',
      Rules: [
        Match.objectLike({ Priority: 0, Statement: { RateBasedStatement: Match.objectLike({ Limit: 3_000 }) } }),
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

  test('dev and the local stages have neither domain nor web ACL, and the local ones neither logs nor secret', () => {
    for (const stage of [stages.dev, stages.local, stages['local-url']]) {
      expect(synthesize(stage).perimeter).toBeUndefined();
      expect(configOf(synthesize(stage).edge)).not.toHaveProperty('Aliases');
    }
    const { edge } = synthesize(stages.local);
    expect(configOf(edge)).not.toHaveProperty('Logging');
    expect(originsOf(edge)[0]).not.toHaveProperty('OriginCustomHeaders');
  });

  test('access logs hold no cookies and go after the days of the stage', () => {
    expect(configOf().Logging).toMatchObject({ IncludeCookies: false, Prefix: 'edge/' });
    prod.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 90 })] },
    });
  });
});

test('the catalog’s stream feeds invalidation with products only, and frees its shard of what fails', () => {
  const [mapping = {}] = propertiesOf(prod, 'AWS::Lambda::EventSourceMapping');
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
  expect(textOf(destination)).toBe('<invalidationdlq>');
});

test('who publishes the storefront may write and remove files of its one bucket, and nothing else', () => {
  const granted = statementsOf(prod, 'Publishing').flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => `${action} on ${textOf(Resource)}`),
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

test('publishes what clients look for', () => {
  expect(Object.keys(prod.toJSON().Outputs).sort()).toEqual([
    'DistributionDomain',
    'DistributionId',
    'EdgeUrl',
    'InvalidationDeadLetterUrl',
    'StorefrontBucket',
  ]);
});

test('docs/edge.md shows the table of the template (copy it from this failure)', () => {
  const document = readFileSync(new URL('../../../docs/edge.md', import.meta.url), 'utf8');
  expect(
    document
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .join('\n'),
  ).toContain(edgeTable(prod));
});
