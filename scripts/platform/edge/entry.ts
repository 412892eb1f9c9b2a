import CachePolicy from 'http-cache-semantics';
import { endToEnd, type Headers, textOfHeader } from './messages.ts';
import { type Behaviour, type ErrorAnswer, selects } from './model.ts';

/** A kept answer, with the times of its life as epoch milliseconds. */
export interface Entry {
  readonly target: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  /** Headers that are not in the cache key and that the answer varies by, as they were asked. */
  readonly selecting: readonly (readonly [string, string])[];
  /** When the origin made it, as far as is known: its age counts from here (RFC 9111, 4.2.3). */
  readonly bornMs: number;
  readonly freshUntilMs: number;
  /** Until then it may be served while it is asked for again (RFC 5861). */
  readonly staleUntilMs: number;
  /** Until then it may be served when the origin fails (RFC 5861). */
  readonly errorUntilMs: number;
  /** After a failed revalidation the origin is left alone until then. */
  retryAtMs: number;
  /** Compressed bodies, made when first asked for; `undefined` where compressing does not pay. */
  readonly variants: Map<string, Promise<Buffer | undefined> | Buffer | undefined>;
  /** Header fields as they go out, by variant. */
  readonly rendered: Map<string, readonly string[]>;
}

export interface Fetched {
  readonly target: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly requestHeaders: Headers;
  /** After the edge function. */
  readonly viewerHeaders: Headers;
  readonly requestedAtMs: number;
  readonly answeredAtMs: number;
}

/** Makes an entry of an answer; undefined when a shared cache must not keep it (RFC 9111, 3), or has nothing of it. */
export function entryOf(fetched: Fetched, behaviour: Behaviour, errors: readonly ErrorAnswer[]): Entry | undefined {
  const control = textOfHeader(fetched.headers, 'cache-control').toLowerCase();
  const headers = endToEnd(fetched.headers);
  const policy = new CachePolicy(
    { method: 'GET', url: fetched.target, headers: plain(fetched.requestHeaders) },
    // In lower case, because the library compares directives by case.
    { status: fetched.status, headers: { ...plain(headers), ...(control && { 'cache-control': control }) } },
    { shared: true },
  );
  if (!policy.storable() || isPersonal(headers, control)) return undefined;
  const selecting = selectingOf(headers, fetched.viewerHeaders, behaviour);
  if (!selecting) return undefined;
  const directives = directivesOf(control);
  const ttl = lifetimeSeconds(policy, headers, directives, fetched.status, behaviour, errors);
  const strict = ['must-revalidate', 'proxy-revalidate', 'no-cache'].some((name) => directives.has(name));
  const grace = (name: string) =>
    strict ? 0 : Math.min(wholeSeconds(directives.get(name)), behaviour.cache.maxSeconds) * 1_000;
  const hasValidator = headers.etag !== undefined || headers['last-modified'] !== undefined;
  if (ttl === 0 && !hasValidator && grace('stale-while-revalidate') + grace('stale-if-error') === 0) return undefined;
  const bornMs = bornAt(fetched, headers);
  const freshUntilMs = bornMs + ttl * 1_000;
  const { age: _, ...kept } = headers;
  return {
    ...{ target: fetched.target, status: fetched.status, headers: kept, body: fetched.body },
    ...{ selecting, bornMs, freshUntilMs, retryAtMs: 0, variants: new Map(), rendered: new Map() },
    staleUntilMs: freshUntilMs + grace('stale-while-revalidate'),
    errorUntilMs: freshUntilMs + grace('stale-if-error'),
  };
}

/** A cookie is for one person; an encoded body would go to viewers that did not ask for the encoding. */
function isPersonal(headers: Headers, control: string): boolean {
  if (headers['set-cookie'] !== undefined && !directivesOf(control).has('public')) return true;
  return !['', 'identity'].includes(textOfHeader(headers, 'content-encoding').toLowerCase());
}

/** The request's values of the headers that Vary names (RFC 9111, 4.1); undefined when it names everything. */
function selectingOf(headers: Headers, viewerHeaders: Headers, { cache }: Behaviour): [string, string][] | undefined {
  const names = textOfHeader(headers, 'vary')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'accept-encoding' && !selects(cache.headers, name));
  return names.includes('*') ? undefined : names.map((name) => [name, textOfHeader(viewerHeaders, name)]);
}

/** Whether an answer was made for a request like this one. The cache key alone would not tell: Vary may name more. */
export function isFor({ selecting }: Entry, viewerHeaders: Headers): boolean {
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
  // Never over the origin's word, not even for a minimum TTL.
  if (directives.has('no-cache') || (directives.size === 0 && headers.pragma === 'no-cache')) return 0;
  const explicit = ['s-maxage', 'max-age'].some((name) => directives.has(name)) || headers.expires !== undefined;
  if (status >= 400) {
    const least = errors.find((error) => error.status === status)?.cacheSeconds ?? 0;
    return Math.max(least, explicit ? Math.min(policy.maxAge(), cache.maxSeconds) : 0);
  }
  const told = explicit ? policy.maxAge() : cache.defaultSeconds;
  return Math.min(cache.maxSeconds, Math.max(cache.minSeconds, told));
}

/** The Age of caches before us counts, and so does the time that the answer took; a Date only by whole seconds. */
function bornAt({ requestedAtMs, answeredAtMs }: Fetched, headers: Headers): number {
  const byAge = requestedAtMs - wholeSeconds(textOfHeader(headers, 'age')) * 1_000;
  const date = Date.parse(textOfHeader(headers, 'date'));
  const apparentSeconds = Number.isNaN(date) ? 0 : Math.max(0, Math.floor((answeredAtMs - date) / 1_000));
  return Math.min(byAge, answeredAtMs - apparentSeconds * 1_000);
}

function directivesOf(control: string): Map<string, string> {
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

/** Bytes that an entry takes at most: each variant is kept only when it is smaller than the body. */
export function sizeOf({ body, headers, target }: Entry): number {
  return body.length * 3 + JSON.stringify(headers).length * 2 + target.length * 2 + 500;
}
