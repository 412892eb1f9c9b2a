import { endToEnd, type Headers, textOfHeader, type ViewerRequest } from './messages.ts';
import { type Behaviour, type OriginSettings, type Selection, selects } from './model.ts';

export interface CacheKey {
  readonly text: string;
  /** Path and the query in the key, as an invalidation names them. */
  readonly target: string;
}

/** Includes everything that a cached response may depend on. */
export function toCacheKey({ cache }: Behaviour, viewer: ViewerRequest): CacheKey {
  const target = withQuery(viewer.path, selectQuery(viewer.query, [cache.query]));
  if (cache.headers.kind === 'none' && cache.cookies.kind === 'none') return { text: target, target };
  const headers = Object.keys(viewer.headers)
    .filter((name) => selects(cache.headers, name))
    .sort()
    .map((name) => `${name}:${textOfHeader(viewer.headers, name)}`);
  const cookies = selectCookies(viewer.headers, [cache.cookies]);
  // Neither a path nor a header can contain a line feed, so the parts stay separate.
  return { text: [target, ...headers, `cookie:${cookies}`].join('\n'), target };
}

const userAgent = 'Amazon CloudFront';
const via = '1.1 local-edge';
const conditional = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range'];
/** CloudFront forwards these without a policy, but strips Authorization from GET and HEAD. */
const alwaysSent = new Set(['content-type', 'content-length', 'content-encoding', ...conditional]);

export interface HeadersAndPath {
  readonly path: string;
  readonly headers: Record<string, string | readonly string[]>;
}

/** Builds the request to the origin: the key, additions of the origin request policy, and CloudFront's own headers. */
export function toOriginRequest(behaviour: Behaviour, origin: OriginSettings, viewer: ViewerRequest): HeadersAndPath {
  const { cache, originRequest } = behaviour;
  const both = (part: 'headers' | 'query' | 'cookies'): Selection[] =>
    originRequest ? [cache[part], originRequest[part]] : [cache[part]];
  const isRead = viewer.method === 'GET' || viewer.method === 'HEAD';
  const headers: Record<string, string | readonly string[]> = { 'user-agent': userAgent };
  for (const [name, value] of Object.entries(endToEnd(viewer.headers))) {
    if (name === 'cookie' || name === 'host') continue;
    const selected = both('headers').some((selection) => selects(selection, name));
    if (selected || alwaysSent.has(name) || (name === 'authorization' && !isRead)) headers[name] = value;
  }
  const cookies = selectCookies(viewer.headers, both('cookies'));
  if (cookies !== '') headers.cookie = cookies;
  const before = textOfHeader(viewer.headers, 'x-forwarded-for');
  headers['x-forwarded-for'] = before === '' ? viewer.ip : `${before}, ${viewer.ip}`;
  headers.via = via;
  Object.assign(headers, origin.headers);
  return { path: withQuery(`${origin.path}${viewer.path}`, selectQuery(viewer.query, both('query'))), headers };
}

/** Headers for a shareable response, without conditions or encodings of the current viewer. */
export function sharedHeaders(headers: Readonly<Record<string, string | readonly string[]>>) {
  const shareable = Object.entries(headers).filter(
    ([name]) => !conditional.includes(name) && name !== 'cache-control' && name !== 'pragma',
  );
  return { ...Object.fromEntries(shareable), 'accept-encoding': 'identity' };
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}

/** Keeps the order of the parameters, because CloudFront treats two orders as different. */
function selectQuery(query: string, selections: readonly Selection[]): string {
  if (query === '' || selections.some(({ kind }) => kind === 'all')) return query;
  const toName = (part: string) => part.split('=', 1)[0] ?? '';
  return query
    .split('&')
    .filter((part) => part !== '' && selections.some((selection) => selects(selection, toName(part))))
    .join('&');
}

function selectCookies(headers: Headers, selections: readonly Selection[]): string {
  const cookies = textOfHeader(headers, 'cookie');
  if (cookies === '' || selections.some(({ kind }) => kind === 'all')) return cookies;
  const toName = (part: string) => part.split('=', 1)[0] ?? '';
  return cookies
    .split(';')
    .map((part) => part.trim())
    .filter((part) => selections.some((selection) => selects(selection, toName(part))))
    .sort()
    .join('; ');
}
