import type { Template } from 'aws-cdk-lib/assertions';
import { physicalName } from '../../../stacks/model/names.ts';
import { findResources } from './synthesize.ts';

export interface CacheBehavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods: readonly string[];
  readonly CachePolicyId: { readonly Ref: string };
  readonly OriginRequestPolicyId?: { readonly Ref: string };
  readonly ResponseHeadersPolicyId: { readonly Ref: string };
  readonly ViewerProtocolPolicy: string;
  readonly Compress: boolean;
  readonly FunctionAssociations: readonly { readonly EventType: string }[];
}

export interface CachePolicyConfig {
  readonly Name: string;
  readonly MinTTL: number;
  readonly DefaultTTL: number;
  readonly MaxTTL: number;
  readonly ParametersInCacheKeyAndForwardedToOrigin: {
    readonly EnableAcceptEncodingBrotli: boolean;
    readonly EnableAcceptEncodingGzip: boolean;
    readonly CookiesConfig: { readonly CookieBehavior: string };
    readonly HeadersConfig: { readonly HeaderBehavior: string };
    readonly QueryStringsConfig: { readonly QueryStringBehavior: string; readonly QueryStrings?: readonly string[] };
  };
}

/** All behaviours in the order in which CloudFront tries them; the default, without a pattern, is last. */
export function findBehaviors(edge: Template): readonly CacheBehavior[] {
  const [distribution] = Object.values(findResources(edge, 'AWS::CloudFront::Distribution'));
  const config = distribution?.Properties.DistributionConfig as {
    CacheBehaviors: CacheBehavior[];
    DefaultCacheBehavior: CacheBehavior;
  };
  return [...config.CacheBehaviors, config.DefaultCacheBehavior];
}

export function findCachePolicy(edge: Template, behavior: CacheBehavior): CachePolicyConfig {
  const policy = findResources(edge, 'AWS::CloudFront::CachePolicy')[behavior.CachePolicyId.Ref];
  return policy?.Properties.CachePolicyConfig as unknown as CachePolicyConfig;
}

/** The table of docs/edge.md: which path has which policy. */
export function edgeTable(edge: Template): string {
  const rows = findBehaviors(edge).map((behavior) => {
    const policy = findCachePolicy(edge, behavior);
    const { QueryStrings = [] } = policy.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig;
    const headers = findResources(edge, 'AWS::CloudFront::ResponseHeadersPolicy')[behavior.ResponseHeadersPolicyId.Ref];
    const { Name = '' } = (headers?.Properties.ResponseHeadersPolicyConfig ?? {}) as { Name?: string };
    return [
      behavior.PathPattern ? `\`${behavior.PathPattern}\`` : 'all else',
      behavior.TargetOriginId,
      behavior.AllowedMethods.length > 2 ? 'all' : behavior.AllowedMethods.join(', '),
      toShortName(policy.Name),
      policy.MaxTTL === 0 ? 'nothing' : ['path', ...QueryStrings.map((name) => `\`${name}\``)].join(', '),
      policy.MaxTTL === 0 ? 'never' : `${policy.MinTTL} / ${policy.DefaultTTL} / ${policy.MaxTTL} s`,
      behavior.Compress ? 'br, gzip' : 'no',
      toShortName(Name),
    ];
  });
  const head = ['path', 'origin', 'methods', 'policy', 'key', 'min / default / max', 'compressed', 'headers'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const toShortName = (physical: string): string => physical.replace(new RegExp(`^${physicalName('[a-z]+', '')}`), '');
