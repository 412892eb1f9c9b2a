import { CliError } from '../../cli/cli.ts';

/** A property of the template: emulated, without effect on one machine, or not emulated (and what happens instead). */
export type Part = 'emulated' | 'no effect' | { readonly instead: string };
export type Parts = Readonly<Record<string, Part>>;

const instead = (text: string): Part => ({ instead: text });

/** Differences that no template shows. */
export const notEmulatedAnywhere: readonly string[] = [
  'many edge locations and regional caches: there is one cache here, in memory',
  'invalidation takes effect at once; on AWS it takes seconds',
  'an entry for each encoding: one answer of the origin is kept here and compressed once per encoding',
  'parts of a file: a Range request is passed to the origin and not kept',
  'keeping errors for 10 s by default: errors are kept only as CustomErrorResponses or Cache-Control say',
  'a minimum TTL over no-store, no-cache or private: those are never kept here',
  'an answer whose Vary names a header outside of the cache key: AWS serves it to all, here only to requests like the first',
  'answers to paths with dots, doubled slashes or needless encoding: AWS keeps them, here they are passed',
  'a headers policy on what the edge or its function answers by itself: here it holds there too, AWS promises it for the rest',
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
  Restrictions: instead('geographic restrictions: everybody is let in'),
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
  OriginShield: instead('Origin Shield: one cache stands in front of the origins anyway'),
  OriginAccessControlId: instead("origin access control: the bucket is read with the platform's credentials"),
};

export const errorParts: Parts = {
  ErrorCode: 'emulated',
  ErrorCachingMinTTL: 'emulated',
  ResponseCode: 'emulated',
  ResponsePagePath: 'emulated',
};

/** Sentences about the parts that are not emulated; throws for a part that nobody has thought about. */
export function checkParts(given: Readonly<Record<string, unknown>>, table: Parts, where: string): string[] {
  return Object.keys(given).flatMap((name) => {
    const part = table[name];
    if (part === undefined) {
      throw new CliError(
        'template_part_unknown',
        `${where} has ${name}, which the local edge does not know`,
        'Emulate it, or say in scripts/platform/edge/template-parts.ts what happens instead.',
      );
    }
    return typeof part === 'string' ? [] : [part.instead];
  });
}
