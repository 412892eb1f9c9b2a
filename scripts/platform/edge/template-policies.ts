import { CliError } from '../../cli/cli.ts';
import {
  managedCachePolicies,
  managedOriginRequestPolicies,
  managedPolicySources,
  managedResponseHeadersPolicies,
} from './managed-policies.ts';
import type {
  Behaviour,
  CachePolicySettings,
  OriginRequestSettings,
  ResponseHeader,
  ResponseHeadersSettings,
  Selection,
  Selections,
} from './model.ts';
import { type EdgeTemplate, type KnownValues, referenceOf, resolveText } from './template-values.ts';

type Properties = Readonly<Record<string, unknown>>;
type Note = (text: string) => void;

/** Resolves a behaviour's policies, from this template or from AWS's managed policies by id. */
export function policyResolver(template: EdgeTemplate, known: KnownValues, note: Note) {
  const find = policyFinder(template, known);
  return {
    of(raw: Properties, pattern: string): Pick<Behaviour, 'cache' | 'originRequest' | 'responseHeaders'> {
      if (raw.CachePolicyId === undefined) {
        throw new CliError(
          'policy_missing',
          `behaviour ${pattern} has no cache policy`,
          'Give it one: ForwardedValues is not supported.',
        );
      }
      const { OriginRequestPolicyId: request, ResponseHeadersPolicyId: response } = raw;
      return {
        cache: find(raw.CachePolicyId, kinds.cache, managedCachePolicies, (c) => cachePolicy(c, known)),
        ...(request !== undefined && {
          originRequest: find(request, kinds.originRequest, managedOriginRequestPolicies, (c) =>
            originRequest(c, known),
          ),
        }),
        ...(response !== undefined && {
          responseHeaders: find(response, kinds.responseHeaders, managedResponseHeadersPolicies, (c) =>
            responseHeaders(c, known, note),
          ),
        }),
      };
    },
  };
}

function policyFinder(template: EdgeTemplate, known: KnownValues) {
  const findOwn = (id: string, type: string, config: string) => {
    const resource = template.Resources[id];
    return resource?.Type === type ? (resource.Properties?.[config] as Properties) : undefined;
  };
  return <P>(value: unknown, kind: PolicyKind, managed: Readonly<Record<string, P>>, read: (c: Properties) => P): P => {
    const id = referenceOf(value) ?? resolveText(value, known);
    const config = findOwn(id, `AWS::CloudFront::${kind.type}`, `${kind.type}Config`);
    const policy = config ? read(config) : managed[id];
    if (policy) return policy;
    throw new CliError(
      'policy_unknown',
      `${kind.type} '${id}' is neither in the template nor in the table of managed policies`,
      `Add it to scripts/platform/edge/managed-policies.ts, with the values of ${kind.source}`,
    );
  };
}

interface PolicyKind {
  readonly type: string;
  readonly source: string;
}

const kinds = {
  cache: { type: 'CachePolicy', source: managedPolicySources.cache },
  originRequest: { type: 'OriginRequestPolicy', source: managedPolicySources.originRequest },
  responseHeaders: { type: 'ResponseHeadersPolicy', source: managedPolicySources.responseHeaders },
} as const;

function cachePolicy(config: Properties, known: KnownValues): CachePolicySettings {
  const key = config.ParametersInCacheKeyAndForwardedToOrigin as Properties;
  return {
    ...readSelections(key, known),
    name: resolveText(config.Name, known),
    minSeconds: Number(config.MinTTL),
    defaultSeconds: Number(config.DefaultTTL),
    maxSeconds: Number(config.MaxTTL),
    gzip: key.EnableAcceptEncodingGzip === true,
    brotli: key.EnableAcceptEncodingBrotli === true,
  };
}

function originRequest(config: Properties, known: KnownValues): OriginRequestSettings {
  return { ...readSelections(config, known), name: resolveText(config.Name, known) };
}

function readSelections(config: Properties, known: KnownValues): Selections {
  const one = (part: 'Headers' | 'QueryStrings' | 'Cookies', singular: string) => {
    const settings = (config[`${part}Config`] ?? {}) as Properties;
    const names = (settings[part] as unknown[] | undefined)?.map((name) => resolveText(name, known)) ?? [];
    // Header names are case-insensitive; names of query parameters and cookies are not.
    const selected = new Set(part === 'Headers' ? names.map((name) => name.toLowerCase()) : names);
    return toSelection(resolveText(settings[`${singular}Behavior`] ?? 'none', known), selected);
  };
  return {
    headers: one('Headers', 'Header'),
    query: one('QueryStrings', 'QueryString'),
    cookies: one('Cookies', 'Cookie'),
  };
}

function toSelection(behaviour: string, names: ReadonlySet<string>): Selection {
  switch (behaviour) {
    case 'none':
      return { kind: 'none' };
    case 'all':
    case 'allViewer':
      return { kind: 'all' };
    case 'whitelist':
      return { kind: 'only', names };
    case 'allExcept':
      return { kind: 'except', names };
    default:
      throw new CliError(
        'selection_unknown',
        `a policy selects '${behaviour}', must be none, all, allViewer, whitelist or allExcept`,
        'Correct the policy, or emulate it in scripts/platform/edge/template-policies.ts.',
      );
  }
}

interface SecurityHeaders {
  readonly ContentSecurityPolicy?: { ContentSecurityPolicy: unknown; Override: boolean };
  readonly ContentTypeOptions?: { Override: boolean };
  readonly FrameOptions?: { FrameOption: string; Override: boolean };
  readonly ReferrerPolicy?: { ReferrerPolicy: string; Override: boolean };
  readonly StrictTransportSecurity?: {
    AccessControlMaxAgeSec: number;
    IncludeSubdomains?: boolean;
    Preload?: boolean;
    Override: boolean;
  };
  readonly XSSProtection?: { Protection: boolean; ModeBlock?: boolean; Override: boolean };
}

function responseHeaders(config: Properties, known: KnownValues, note: Note): ResponseHeadersSettings {
  if (config.CorsConfig) note("CORS of the response headers policy: the origin's own CORS headers are passed");
  if (config.ServerTimingHeadersConfig) note('the Server-Timing header');
  const custom = (config.CustomHeadersConfig as { Items?: Properties[] } | undefined)?.Items ?? [];
  const remove = (config.RemoveHeadersConfig as { Items?: Properties[] } | undefined)?.Items ?? [];
  return {
    name: resolveText(config.Name, known),
    set: [
      ...securityHeaders((config.SecurityHeadersConfig ?? {}) as SecurityHeaders, known),
      ...custom.map(({ Header, Value, Override }) => ({
        name: resolveText(Header, known).toLowerCase(),
        value: resolveText(Value, known),
        override: Override === true,
      })),
    ],
    remove: remove.map(({ Header }) => resolveText(Header, known).toLowerCase()),
  };
}

function securityHeaders(security: SecurityHeaders, known: KnownValues): ResponseHeader[] {
  const headers: ResponseHeader[] = [];
  const add = (name: string, settings: { Override: boolean } | undefined, value: () => string) => {
    if (settings) headers.push({ name, value: value(), override: settings.Override });
  };
  const { ContentSecurityPolicy: csp, StrictTransportSecurity: hsts, XSSProtection: xss } = security;
  add('content-security-policy', csp, () => resolveText(csp?.ContentSecurityPolicy, known));
  add('x-content-type-options', security.ContentTypeOptions, () => 'nosniff');
  add('x-frame-options', security.FrameOptions, () => security.FrameOptions?.FrameOption ?? '');
  add('referrer-policy', security.ReferrerPolicy, () => security.ReferrerPolicy?.ReferrerPolicy ?? '');
  add('strict-transport-security', hsts, () =>
    [
      `max-age=${hsts?.AccessControlMaxAgeSec}`,
      ...(hsts?.IncludeSubdomains ? ['includeSubDomains'] : []),
      ...(hsts?.Preload ? ['preload'] : []),
    ].join('; '),
  );
  add('x-xss-protection', xss, () => (xss?.Protection ? `1${xss.ModeBlock ? '; mode=block' : ''}` : '0'));
  return headers;
}
