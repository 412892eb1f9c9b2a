import { CliError } from '../../cli/cli.ts';

/** Selects header, query or cookie names: none, all, only these, or all except these. */
export type Selection =
  | { readonly kind: 'none' | 'all' }
  | { readonly kind: 'only' | 'except'; readonly names: ReadonlySet<string> };

export interface Selections {
  readonly headers: Selection;
  readonly query: Selection;
  readonly cookies: Selection;
}

export interface CachePolicySettings extends Selections {
  readonly name: string;
  readonly minSeconds: number;
  readonly defaultSeconds: number;
  readonly maxSeconds: number;
  readonly gzip: boolean;
  readonly brotli: boolean;
}

/** Parts of the viewer's request that the origin gets in addition to the cache key. */
export interface OriginRequestSettings extends Selections {
  readonly name: string;
}

export interface ResponseHeader {
  readonly name: string;
  readonly value: string;
  /** Replaces the origin's value. */
  readonly override: boolean;
}

export interface ResponseHeadersSettings {
  readonly name: string;
  readonly set: readonly ResponseHeader[];
  readonly remove: readonly string[];
}

export interface FunctionAssociations {
  readonly viewerRequest?: string;
}

export interface Behaviour {
  /** Wildcards: `*` (any characters) and `?` (one character). The default behaviour is `*`. */
  readonly pattern: string;
  readonly originId: string;
  readonly allowedMethods: ReadonlySet<string>;
  readonly cachedMethods: ReadonlySet<string>;
  readonly compress: boolean;
  readonly cache: CachePolicySettings;
  readonly originRequest?: OriginRequestSettings;
  readonly responseHeaders?: ResponseHeadersSettings;
  readonly functions: FunctionAssociations;
}

export interface OriginSettings {
  readonly id: string;
  readonly kind: 'bucket' | 'http';
  /** From the template; references without a known value appear as `${LogicalId.Attribute}`. */
  readonly domain: string;
  readonly path: string;
  /** Sent to the origin in place of the viewer's headers of the same name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

export interface ErrorAnswer {
  readonly status: number;
  readonly cacheSeconds: number;
  readonly page?: { readonly path: string; readonly status: number };
}

/** The emulated settings of a CloudFront distribution. */
export interface Distribution {
  readonly id: string;
  /** In matching order; the default behaviour is last. */
  readonly behaviours: readonly Behaviour[];
  readonly origins: ReadonlyMap<string, OriginSettings>;
  /** Function code by the name used in the behaviours. */
  readonly functions: ReadonlyMap<string, string>;
  readonly defaultRootObject: string;
  readonly errors: readonly ErrorAnswer[];
  /** Template parts that are not emulated, each with the local behaviour. */
  readonly notEmulated: readonly string[];
}

export function selects(selection: Selection, name: string): boolean {
  switch (selection.kind) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'only':
      return selection.names.has(name);
    case 'except':
      return !selection.names.has(name);
  }
}

/** Finds the first matching behaviour as CloudFront does: case-sensitively, on the whole normalized path. */
export function behaviourFinder(behaviours: readonly Behaviour[]): (path: string) => Behaviour {
  const compiled = behaviours.map((behaviour) => ({ behaviour, pattern: toRegExp(behaviour.pattern) }));
  return (path) => {
    const normal = normalizedPath(path);
    const found = compiled.find(({ pattern }) => pattern.test(normal));
    if (found) return found.behaviour;
    throw new CliError('behaviour_missing', `no behaviour for ${path}`, 'The distribution needs a default behaviour.');
  };
}

/** The leading slash of a pattern is optional. */
function toRegExp(text: string): RegExp {
  const whole = text.startsWith('/') || text.startsWith('*') ? text : `/${text}`;
  const source = whole
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

const plainPath = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$|^\/$/;

/**
 * The path that CloudFront matches behaviours against: normalized by RFC 3986, without doubled slashes. The origin and
 * the cache key get the original path.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function normalizedPath(path: string): string {
  if (plainPath.test(path)) return path;
  const decoded = path.replace(/%([0-9a-f]{2})/gi, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : whole.toUpperCase();
  });
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
    if (last && (segment === '' || segment === '.' || segment === '..')) kept.push('');
  }
  return `/${kept.join('/')}`;
}
