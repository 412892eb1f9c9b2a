import { endToEnd, type Headers, textOfHeader, type ViewerRequest } from './messages.ts';
import { type Behaviour, type OriginSettings, type Selection, selects } from './model.ts';

export interface CacheKey {
  readonly text: string;
  /** Path with the query that is in the key: what an invalidation names. */
  readonly target: string;
}

/** What a cached answer depends on, and nothing else: what is not in here must not reach the answer. */
export function cacheKeyOf({ cache }: Behaviour, viewer: ViewerRequest): CacheKey {
  const target = withQuery(viewer.path, chosenQuery(viewer.query, [cache.query]));
  if (cache.headers.kind === 'none' && cache.cookies.kind === 'none') return { text: target, target };
  const headers = Object.keys(viewer.headers)
    .filter((name) => selects(cache.headers, name))
    .sort()
    .map((name) => `${name}:${textOfHeader(viewer.headers, name)}`);
  const cookies = chosenCookies(viewer.headers, [cache.cookies]);
  // Neither a path nor a header can hold a line feed, so that parts cannot run into each other.
  return { text: [target, ...headers, `cookie:${cookies}`].join('\n'), target };
}

const userAgent = 'Amazon CloudFront';
const via = '1.1 local-edge';
const conditional = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'];
/** What CloudFront sends on without a policy that says so. Of GET and HEAD it takes Authorization away. */
const alwaysSent = new Set(['content-type', 'content-length', 'content-encoding', ...conditional]);

export interface ForOrigin {
  readonly path: string;
  readonly headers: Record<string, string | readonly string[]>;
}

/** The request as the origin gets it: the key, what the origin request policy adds, and CloudFront's own headers. */
export function originRequestOf(behaviour: Behaviour, origin: OriginSettings, viewer: ViewerRequest): ForOrigin {
  const { cache, originRequest } = behaviour;
  const both = (part: 'headers' | 'query' | 'cookies'): Selection[] =>
    originRequest ? [cache[part], originRequest[part]] : [cache[part]];
  const reads = viewer.method === 'GET' || viewer.method === 'HEAD';
  const headers: Record<string, string | readonly string[]> = { 'user-agent': userAgent };
  for (const [name, value] of Object.entries(endToEnd(viewer.headers))) {
    if (name === 'cookie' || name === 'host') continue;
    const chosen = both('headers').some((selection) => selects(selection, name));
    if (chosen || alwaysSent.has(name) || (name === 'authorization' && !reads)) headers[name] = value;
  }
  const cookies = chosenCookies(viewer.headers, both('cookies'));
  if (cookies !== '') headers.cookie = cookies;
  const before = textOfHeader(viewer.headers, 'x-forwarded-for');
  headers['x-forwarded-for'] = before === '' ? viewer.ip : `${before}, ${viewer.ip}`;
  headers.via = via;
  Object.assign(headers, origin.headers);
  return { path: withQuery(`${origin.path}${viewer.path}`, chosenQuery(viewer.query, both('query'))), headers };
}

/** For a fetch whose answer is kept and shared: no condition and no encoding of one viewer may shape it. */
export function sharedHeaders(headers: Readonly<Record<string, string | readonly string[]>>) {
  const kept = Object.entries(headers).filter(
    ([name]) => !conditional.includes(name) && name !== 'cache-control' && name !== 'pragma',
  );
  return { ...Object.fromEntries(kept), 'accept-encoding': 'identity' };
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** In the order sent: CloudFront takes two orders for two things. */
function chosenQuery(query: string, selections: readonly Selection[]): string {
  if (query === '' || selections.some(({ kind }) => kind === 'all')) return query;
  const named = (part: string) => part.split('=', 1)[0] ?? '';
  return query
    .split('&')
    .filter((part) => part !== '' && selections.some((selection) => selects(selection, named(part))))
    .join('&');
}

function chosenCookies(headers: Headers, selections: readonly Selection[]): string {
  const cookies = textOfHeader(headers, 'cookie');
  if (cookies === '' || selections.some(({ kind }) => kind === 'all')) return cookies;
  const named = (part: string) => part.split('=', 1)[0] ?? '';
  return cookies
    .split(';')
    .map((part) => part.trim())
    .filter((part) => selections.some((selection) => selects(selection, named(part))))
    .sort()
    .join('; ');
}
