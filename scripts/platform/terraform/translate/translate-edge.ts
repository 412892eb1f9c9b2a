import { compact, firstOf, type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { pascal } from './terraform-text.ts';

const spellings = {
  acm_certificate_arn: 'AcmCertificateArn',
  default_ttl: 'DefaultTTL',
  max_ttl: 'MaxTTL',
  min_ttl: 'MinTTL',
  error_caching_min_ttl: 'ErrorCachingMinTTL',
  http_port: 'HTTPPort',
  https_port: 'HTTPSPort',
  origin_ssl_protocols: 'OriginSSLProtocols',
  function_arn: 'FunctionARN',
  function_association: 'FunctionAssociations',
  origin_id: 'Id',
  is_ipv6_enabled: 'IPV6Enabled',
  web_acl_id: 'WebACLId',
};

const shaped = (value: Json): JsonObject => objectOf(pascal(value, spellings));

/** aws_cloudfront_distribution -> AWS::CloudFront::Distribution. */
export function distributionOf(body: JsonObject): JsonObject {
  const {
    origin,
    ordered_cache_behavior: ordered,
    custom_error_response: errors,
    logging_config: logging,
    viewer_certificate: certificate,
    // The same on both sides where nothing else is said, and no setting of CloudFormation's.
    restrictions: _,
    wait_for_deployment: __,
    ...same
  } = body;
  const own = firstOf(certificate).cloudfront_default_certificate !== true;
  return {
    DistributionConfig: compact({
      ...shaped(same),
      Origins: listOf(origin).map(objectOf).map(originOf),
      CacheBehaviors: listOf(ordered).map(shaped),
      CustomErrorResponses: listOf(errors).map(shaped),
      ViewerCertificate: own ? shaped(firstOf(certificate)) : undefined,
      Logging: logging === undefined ? undefined : shaped(firstOf(logging)),
    }),
  };
}

function originOf({ custom_header: headers, ...origin }: JsonObject): JsonObject {
  const list = listOf(headers).map(objectOf);
  return compact({
    ...shaped(origin),
    S3OriginConfig: origin.custom_origin_config === undefined ? { OriginAccessIdentity: '' } : undefined,
    OriginCustomHeaders:
      list.length > 0
        ? list.map(({ name, value }) => ({ HeaderName: name ?? '', HeaderValue: value ?? '' }))
        : undefined,
  });
}

/** Lists that Terraform wraps in a block `items`. */
export function cachePolicyOf(body: JsonObject): JsonObject {
  return { CachePolicyConfig: unwrapped(shaped(body)) };
}

export function requestPolicyOf(body: JsonObject): JsonObject {
  return { OriginRequestPolicyConfig: unwrapped(shaped(body)) };
}

export const headersPolicyOf = (body: JsonObject): JsonObject => ({ ResponseHeadersPolicyConfig: shaped(body) });

function unwrapped(value: Json): JsonObject {
  const one = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(one);
    if (typeof inner !== 'object' || inner === null) return inner;
    const { Items, ...rest } = inner as JsonObject;
    if (Items !== undefined && Object.keys(rest).length === 0) return Items;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, one(each)]));
  };
  return objectOf(one(value));
}

export function edgeFunctionOf({ name, code, comment, runtime, publish }: JsonObject): JsonObject {
  return compact({
    Name: name,
    AutoPublish: publish,
    FunctionCode: code,
    FunctionConfig: compact({ Comment: comment, Runtime: runtime }),
  });
}
