import { CliError } from '../../cli/cli.ts';

/**
 * Support for a template property: emulated, without effect on one machine, or not emulated (with the local behaviour).
 */
export type Part = 'emulated' | 'no effect' | { readonly instead: string };
export type Parts = Readonly<Record<string, Part>>;

const instead = (text: string): Part => ({ instead: text });

/** Differences common to all templates. */
export const notEmulatedAnywhere: readonly string[] = [
  'many edge locations and regional caches: here one cache, in memory',
  'invalidation takes effect at once; on AWS it takes seconds',
  'one entry per encoding: here one origin response is cached and compressed once per encoding',
  'range requests: here they are passed to the origin and not cached',
  'errors cached for 10 s by default: here only as CustomErrorResponses or Cache-Control say',
  'a minimum TTL over no-store, no-cache or private: here those are never cached',
  'Vary on a header outside the cache key: AWS serves the response to all, here only to requests with the same value',
  'responses to paths with dots, doubled slashes or needless encoding: AWS caches them, here they are not cached',
  "a headers policy on the edge's or its function's own responses: applied here, not promised by AWS",
  'TLS, HTTP/2 and HTTP/3: plain HTTP/1.1 on loopback',
];

export const distributionParts: Parts = {
  DefaultCacheBehavior: 'emulated',
  CacheBehaviors: 'emulated',
  Origins: 'emulated',
  DefaultRootObject: 'emulated',
  CustomErrorResponses: 'emulated',
  Comment: 'no effect',
  Enabled: 'no effect',
  HttpVersion: 'no effect',
  IPV6Enabled: 'no effect',
  PriceClass: 'no effect',
  Staging: 'no effect',
  Aliases: instead('custom domain: the edge listens on loopback'),
  ViewerCertificate: instead('certificate and TLS version: plain HTTP on loopback'),
  WebACLId: instead('WAF: no rule runs'),
  Logging: instead('access logs: counted per path pattern instead'),
  Restrictions: instead('geographic restrictions: no country is blocked'),
};

export const behaviourParts: Parts = {
  PathPattern: 'emulated',
  TargetOriginId: 'emulated',
  AllowedMethods: 'emulated',
  CachedMethods: 'emulated',
  Compress: 'emulated',
  CachePolicyId: 'emulated',
  OriginRequestPolicyId: 'emulated',
  ResponseHeadersPolicyId: 'emulated',
  FunctionAssociations: 'emulated',
  ViewerProtocolPolicy: instead('redirects to HTTPS: plain HTTP on loopback'),
  SmoothStreaming: 'no effect',
};

export const originParts: Parts = {
  Id: 'emulated',
  DomainName: 'emulated',
  OriginPath: 'emulated',
  OriginCustomHeaders: 'emulated',
  CustomOriginConfig: 'emulated',
  S3OriginConfig: 'emulated',
  ConnectionAttempts: 'no effect',
  ConnectionTimeout: 'no effect',
  OriginShield: instead('Origin Shield: there is only one cache in front of the origins anyway'),
  OriginAccessControlId: instead("origin access control: the bucket is read with the platform's credentials"),
};

export const errorParts: Parts = {
  ErrorCode: 'emulated',
  ErrorCachingMinTTL: 'emulated',
  ResponseCode: 'emulated',
  ResponsePagePath: 'emulated',
};

/** Describes the parts that are not emulated. Throws on an unknown part. */
export function checkParts(given: Readonly<Record<string, unknown>>, table: Parts, where: string): string[] {
  return Object.keys(given).flatMap((name) => {
    const part = table[name];
    if (part === undefined) {
      throw new CliError(
        'template_part_unknown',
        `${where} has ${name}, which the local edge does not know`,
        'Emulate it, or describe in scripts/platform/edge/template-parts.ts what happens instead.',
      );
    }
    return typeof part === 'string' ? [] : [part.instead];
  });
}
