import { compact, firstObject, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
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

const toPascal = (value: Json): JsonObject => toObject(pascal(value, spellings));

/** aws_cloudfront_distribution -> AWS::CloudFront::Distribution. */
export function toDistribution(body: JsonObject): JsonObject {
  const {
    origin,
    ordered_cache_behavior: ordered,
    custom_error_response: errors,
    logging_config: logging,
    viewer_certificate: certificate,
    // Not compared: the default restriction is the same on both sides, and CloudFormation has no such wait setting.
    restrictions: _,
    wait_for_deployment: __,
    ...same
  } = body;
  const ownCertificate = firstObject(certificate).cloudfront_default_certificate !== true;
  return {
    DistributionConfig: compact({
      ...toPascal(same),
      Origins: toList(origin).map(toObject).map(toOrigin),
      CacheBehaviors: toList(ordered).map(toPascal),
      CustomErrorResponses: toList(errors).map(toPascal),
      ViewerCertificate: ownCertificate ? toPascal(firstObject(certificate)) : undefined,
      Logging: logging === undefined ? undefined : toPascal(firstObject(logging)),
    }),
  };
}

function toOrigin({ custom_header: headers, ...origin }: JsonObject): JsonObject {
  const list = toList(headers).map(toObject);
  return compact({
    ...toPascal(origin),
    S3OriginConfig: origin.custom_origin_config === undefined ? { OriginAccessIdentity: '' } : undefined,
    OriginCustomHeaders:
      list.length > 0
        ? list.map(({ name, value }) => ({ HeaderName: name ?? '', HeaderValue: value ?? '' }))
        : undefined,
  });
}

export function toCachePolicy(body: JsonObject): JsonObject {
  return { CachePolicyConfig: unwrapItems(toPascal(body)) };
}

export function toRequestPolicy(body: JsonObject): JsonObject {
  return { OriginRequestPolicyConfig: unwrapItems(toPascal(body)) };
}

export const toHeadersPolicy = (body: JsonObject): JsonObject => ({ ResponseHeadersPolicyConfig: toPascal(body) });

/** Unwraps lists that Terraform puts into an `items` block. */
function unwrapItems(value: Json): JsonObject {
  const one = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(one);
    if (typeof inner !== 'object' || inner === null) return inner;
    const { Items, ...rest } = inner as JsonObject;
    if (Items !== undefined && Object.keys(rest).length === 0) return Items;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, one(each)]));
  };
  return toObject(one(value));
}

export function toEdgeFunction({ name, code, comment, runtime, publish }: JsonObject): JsonObject {
  return compact({
    Name: name,
    AutoPublish: publish,
    FunctionCode: code,
    FunctionConfig: compact({ Comment: comment, Runtime: runtime }),
  });
}
