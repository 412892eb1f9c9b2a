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
import { type EdgeTemplate, type KnownValues, referenceOf, textOf } from './template-values.ts';

type Properties = Readonly<Record<string, unknown>>;
type Note = (text: string) => void;

/** Resolves the policies of a behaviour: of this template, or AWS's own by id. */
export function policiesOf(template: EdgeTemplate, known: KnownValues, note: Note) {
  const own = (id: string, type: string, config: string) => {
    const resource = template.Resources[id];
    return resource?.Type === type ? (resource.Properties?.[config] as Properties) : undefined;
  };
  function find<P>(
    value: unknown,
    kind: PolicyKind,
    managed: Readonly<Record<string, P>>,
    read: (c: Properties) => P,
  ): P {
    const id = referenceOf(value) ?? textOf(value, known);
    const config = own(id, `AWS::CloudFront::${kind.type}`, `${kind.type}Config`);
    const policy = config ? read(config) : managed[id];
    if (policy) return policy;
    throw new CliError(
      'policy_unknown',
      `${kind.type} '${id}' is neither in the template nor in the table of managed policies`,
      `Add it to scripts/platform/edge/managed-policies.ts, with the values of ${kind.source}`,
    );
  }
  return {
    of(raw: Properties, pattern: string): Pick<Behaviour, 'cache' | 'originRequest' | 'responseHeaders'> {
      if (raw.CachePolicyId === undefined) {
        throw new CliError(
          'policy_missing',
          `behaviour ${pattern} has no cache policy`,
          'ForwardedValues is not read.',
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
    ...selectionsOf(key, known),
    name: textOf(config.Name, known),
    minSeconds: Number(config.MinTTL),
    defaultSeconds: Number(config.DefaultTTL),
    maxSeconds: Number(config.MaxTTL),
    gzip: key.EnableAcceptEncodingGzip === true,
    brotli: key.EnableAcceptEncodingBrotli === true,
  };
}

function originRequest(config: Properties, known: KnownValues): OriginRequestSettings {
  return { ...selectionsOf(config, known), name: textOf(config.Name, known) };
}

function selectionsOf(config: Properties, known: KnownValues): Selections {
  const one = (part: 'Headers' | 'QueryStrings' | 'Cookies', singular: string) => {
    const settings = (config[`${part}Config`] ?? {}) as Properties;
    const names = (settings[part] as unknown[] | undefined)?.map((name) => textOf(name, known)) ?? [];
    // Names of headers have no case; names of queries and cookies do.
    const kept = new Set(part === 'Headers' ? names.map((name) => name.toLowerCase()) : names);
    return selection(textOf(settings[`${singular}Behavior`] ?? 'none', known), kept);
  };
  return {
    headers: one('Headers', 'Header'),
    query: one('QueryStrings', 'QueryString'),
    cookies: one('Cookies', 'Cookie'),
  };
}

function selection(behaviour: string, names: ReadonlySet<string>): Selection {
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
        `a policy selects '${behaviour}'; the local edge knows none, all, allViewer, whitelist and allExcept`,
        'Choose one of those, or emulate it in scripts/platform/edge/template-policies.ts.',
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
    name: textOf(config.Name, known),
    set: [
      ...securityHeaders((config.SecurityHeadersConfig ?? {}) as SecurityHeaders, known),
      ...custom.map(({ Header, Value, Override }) => ({
        name: textOf(Header, known).toLowerCase(),
        value: textOf(Value, known),
        override: Override === true,
      })),
    ],
    remove: remove.map(({ Header }) => textOf(Header, known).toLowerCase()),
  };
}

function securityHeaders(security: SecurityHeaders, known: KnownValues): ResponseHeader[] {
  const headers: ResponseHeader[] = [];
  const add = (name: string, settings: { Override: boolean } | undefined, value: () => string) => {
    if (settings) headers.push({ name, value: value(), override: settings.Override });
  };
  const { ContentSecurityPolicy: csp, StrictTransportSecurity: hsts, XSSProtection: xss } = security;
  add('content-security-policy', csp, () => textOf(csp?.ContentSecurityPolicy, known));
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
