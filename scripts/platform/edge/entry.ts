import CachePolicy from 'http-cache-semantics';
import { endToEnd, type Headers, textOfHeader } from './messages.ts';
import { type Behaviour, type ErrorAnswer, selects } from './model.ts';

/** A cached response; times are epoch milliseconds. */
export interface Entry {
  readonly target: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** Request headers outside the cache key that the response varies by, with their original values. */
  readonly selecting: readonly (readonly [string, string])[];
  /** Best estimate of the time of generation at the origin, from which the age counts (RFC 9111, 4.2.3). */
  readonly bornMs: number;
  readonly freshUntilMs: number;
  /** End of serving the entry during revalidation (RFC 5861). */
  readonly staleUntilMs: number;
  /** End of serving the entry when the origin fails (RFC 5861). */
  readonly errorUntilMs: number;
  /** Earliest next revalidation after a failed one. */
  retryAtMs: number;
  /** Compressed bodies, created on first use; `undefined` if compression does not help. */
  readonly variants: Map<string, Promise<Buffer | undefined> | Buffer | undefined>;
  /** Response header fields, by variant. */
  readonly rendered: Map<string, readonly string[]>;
}

export interface Fetched {
  readonly target: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly requestHeaders: Headers;
  /** The viewer's headers after the edge function. */
  readonly viewerHeaders: Headers;
  readonly requestedAtMs: number;
  readonly answeredAtMs: number;
}

/** Builds an entry; undefined if a shared cache must not store the response (RFC 9111, 3), or could never use it. */
export function buildEntry(fetched: Fetched, behaviour: Behaviour, errors: readonly ErrorAnswer[]): Entry | undefined {
  const control = textOfHeader(fetched.headers, 'cache-control').toLowerCase();
  const headers = endToEnd(fetched.headers);
  const policy = new CachePolicy(
    { method: 'GET', url: fetched.target, headers: plain(fetched.requestHeaders) },
    // In lower case, because the library compares directives case-sensitively.
    { status: fetched.status, headers: { ...plain(headers), ...(control && { 'cache-control': control }) } },
    { shared: true },
  );
  if (!policy.storable() || isPersonal(headers, control)) return undefined;
  const selecting = selectVarying(headers, fetched.viewerHeaders, behaviour);
  if (!selecting) return undefined;
  const directives = parseDirectives(control);
  const ttl = lifetimeSeconds(policy, headers, directives, fetched.status, behaviour, errors);
  const strict = ['must-revalidate', 'proxy-revalidate', 'no-cache'].some((name) => directives.has(name));
  const grace = (name: string) =>
    strict ? 0 : Math.min(wholeSeconds(directives.get(name)), behaviour.cache.maxSeconds) * 1_000;
  const hasValidator = headers.etag !== undefined || headers['last-modified'] !== undefined;
  if (ttl === 0 && !hasValidator && grace('stale-while-revalidate') + grace('stale-if-error') === 0) return undefined;
  const bornMs = generatedAt(fetched, headers);
  const freshUntilMs = bornMs + ttl * 1_000;
  const { age: _, ...cached } = headers;
  return {
    ...{ target: fetched.target, status: fetched.status, headers: cached, body: fetched.body },
    ...{ selecting, bornMs, freshUntilMs, retryAtMs: 0, variants: new Map(), rendered: new Map() },
    staleUntilMs: freshUntilMs + grace('stale-while-revalidate'),
    errorUntilMs: freshUntilMs + grace('stale-if-error'),
  };
}

/** A cookie is personal, and an encoded body could reach viewers that do not accept the encoding. */
function isPersonal(headers: Headers, control: string): boolean {
  if (headers['set-cookie'] !== undefined && !parseDirectives(control).has('public')) return true;
  return !['', 'identity'].includes(textOfHeader(headers, 'content-encoding').toLowerCase());
}

/** The request's values of the headers in Vary (RFC 9111, 4.1); undefined for `*`. */
function selectVarying(headers: Headers, viewerHeaders: Headers, { cache }: Behaviour): [string, string][] | undefined {
  const names = textOfHeader(headers, 'vary')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'accept-encoding' && !selects(cache.headers, name));
  return names.includes('*') ? undefined : names.map((name) => [name, textOfHeader(viewerHeaders, name)]);
}

/** Whether an entry matches this request's varying headers. Vary may name headers outside the cache key. */
export function matchesVary({ selecting }: Entry, viewerHeaders: Headers): boolean {
  return selecting.every(([name, value]) => textOfHeader(viewerHeaders, name) === value);
}

function lifetimeSeconds(
  policy: CachePolicy,
  headers: Headers,
  directives: ReadonlyMap<string, string>,
  status: number,
  { cache }: Behaviour,
  errors: readonly ErrorAnswer[],
): number {
  // The origin's no-cache wins even over a minimum TTL.
  if (directives.has('no-cache') || (directives.size === 0 && headers.pragma === 'no-cache')) return 0;
  const explicit = ['s-maxage', 'max-age'].some((name) => directives.has(name)) || headers.expires !== undefined;
  if (status >= 400) {
    const minimum = errors.find((error) => error.status === status)?.cacheSeconds ?? 0;
    return Math.max(minimum, explicit ? Math.min(policy.maxAge(), cache.maxSeconds) : 0);
  }
  const seconds = explicit ? policy.maxAge() : cache.defaultSeconds;
  return Math.min(cache.maxSeconds, Math.max(cache.minSeconds, seconds));
}

/** Includes the Age of upstream caches and the response time. A Date counts in whole seconds only. */
function generatedAt({ requestedAtMs, answeredAtMs }: Fetched, headers: Headers): number {
  const byAge = requestedAtMs - wholeSeconds(textOfHeader(headers, 'age')) * 1_000;
  const date = Date.parse(textOfHeader(headers, 'date'));
  const apparentSeconds = Number.isNaN(date) ? 0 : Math.max(0, Math.floor((answeredAtMs - date) / 1_000));
  return Math.min(byAge, answeredAtMs - apparentSeconds * 1_000);
}

function parseDirectives(control: string): Map<string, string> {
  const parts = control.split(',').map((part) => part.trim());
  return new Map(
    parts
      .filter((part) => part !== '')
      .map((part) => {
        const [name = '', value = ''] = part.split('=', 2);
        return [name.trim(), value.trim().replaceAll('"', '')];
      }),
  );
}

function wholeSeconds(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}

function plain(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, textOfHeader(headers, name)]));
}

/** Maximum bytes of an entry: a variant is stored only if it is smaller than the body. */
export function sizeOf({ body, headers, target }: Entry): number {
  return body.length * 3 + JSON.stringify(headers).length * 2 + target.length * 2 + 500;
}
