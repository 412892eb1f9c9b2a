import type { CachePolicySettings, OriginRequestSettings, ResponseHeadersSettings, Selection } from './model.ts';

/** AWS's managed policies, which templates name by id. Unknown ids are errors, because a guess could falsify the cache key. */
const documentation = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';
export const managedPolicySources = {
  cache: `${documentation}/using-managed-cache-policies.html`,
  originRequest: `${documentation}/using-managed-origin-request-policies.html`,
  responseHeaders: `${documentation}/using-managed-response-headers-policies.html`,
} as const;

const none: Selection = { kind: 'none' };
const all: Selection = { kind: 'all' };
const only = (...names: string[]): Selection => ({ kind: 'only', names: new Set(names) });
const nothing = { headers: none, query: none, cookies: none };
const day = 86_400;

export const managedCachePolicies: Readonly<Record<string, CachePolicySettings>> = {
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': {
    ...nothing,
    name: 'CachingDisabled',
    minSeconds: 0,
    defaultSeconds: 0,
    maxSeconds: 0,
    gzip: false,
    brotli: false,
  },
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    ...nothing,
    name: 'CachingOptimized',
    minSeconds: 1,
    defaultSeconds: day,
    maxSeconds: 365 * day,
    gzip: true,
    brotli: true,
  },
};

export const managedOriginRequestPolicies: Readonly<Record<string, OriginRequestSettings>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { name: 'AllViewer', headers: all, query: all, cookies: all },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': {
    name: 'AllViewerExceptHostHeader',
    headers: { kind: 'except', names: new Set(['host']) },
    query: all,
    cookies: all,
  },
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    ...nothing,
    name: 'CORS-S3Origin',
    headers: only('origin', 'access-control-request-headers', 'access-control-request-method'),
  },
};

export const managedResponseHeadersPolicies: Readonly<Record<string, ResponseHeadersSettings>> = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    name: 'SecurityHeadersPolicy',
    remove: [],
    set: [
      { name: 'referrer-policy', value: 'strict-origin-when-cross-origin', override: false },
      { name: 'strict-transport-security', value: 'max-age=31536000', override: false },
      { name: 'x-content-type-options', value: 'nosniff', override: true },
      { name: 'x-frame-options', value: 'SAMEORIGIN', override: false },
      { name: 'x-xss-protection', value: '1; mode=block', override: false },
    ],
  },
};
