// Runs at CloudFront before the cache (viewer request, runtime cloudfront-js-2.0), and in the local edge's sandbox.
// The stack prepends two lines: the import of `cf`, and the origin for product writes (null: the behaviour's own
// origin). It also replaces PROBLEM_TYPE.

// Matches every path of this system: no escapes, no parameters (;), no empty segments, no leading dots, no slash at the
// end. Each resource therefore has one spelling and one cache key.
const plainPath = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?$/;

// The API's grammar of a page, so that each page has one spelling and an invalid one never reaches the origin. A cursor
// is base64url of up to 63 bytes, whose unused last bits are 0.
const pageLimit = /^(?:[1-9][0-9]?|100)$/;
const defaultLimit = '25';
const pageCursor = /^(?:[A-Za-z0-9_-]{4}){0,21}(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

// Identity comes from the token alone; CloudFront itself sets the headers that describe the connection.
const forgeable =
  /^(x-origin-secret|x-customer|x-user|x-groups|x-forwarded-.*|forwarded|x-real-ip|x-original-.*|x-rewrite-.*|x-http-method.*|x-method-override|x-amzn-oidc-.*|x-amz-.*|x-amzn-.*)$/;

// A cached response is shared by all clients: no other header of one request may reach the origin.
const keptForCached = ['if-none-match', 'if-modified-since', 'range', 'if-range', 'traceparent'];

// CloudFront answers 502 if a function removes one of these.
const readOnly = ['accept-encoding', 'cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'];

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  if (!plainPath.test(request.uri)) return refusal();
  const isProducts = /^\/products(\/|$)/.test(request.uri);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  Object.keys(request.headers).forEach((name) => {
    const isUnkeyed = isProducts && isRead && !keptForCached.includes(name);
    if (!readOnly.includes(name) && (isUnkeyed || forgeable.test(name))) delete request.headers[name];
  });
  if (isProducts && isRead) {
    const query = request.uri === '/products' ? pageQuery(request.querystring) : {};
    if (!query) return refusal();
    request.querystring = query;
  }
  if (isProducts && !isRead && originOfWrites !== null) cf.selectRequestOriginById(originOfWrites);
  return request;
}

// The parameters of a page in a fixed sequence, without the default limit; undefined if one is invalid.
function pageQuery(given) {
  const query = {};
  const cursor = given.cursor;
  const limit = given.limit;
  if (cursor && (cursor.multiValue || cursor.value === '' || !pageCursor.test(cursor.value))) return undefined;
  if (limit && (limit.multiValue || !pageLimit.test(limit.value))) return undefined;
  if (cursor) query.cursor = { value: cursor.value };
  if (limit && limit.value !== defaultLimit) query.limit = { value: limit.value };
  return query;
}

function refusal() {
  const body = {
    type: 'PROBLEM_TYPE',
    title: 'The path or query is not in canonical form',
    status: 400,
    code: 'INVALID_PATH',
  };
  return {
    statusCode: 400,
    statusDescription: 'Bad Request',
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
      'x-content-type-options': { value: 'nosniff' },
    },
    body: { encoding: 'text', data: JSON.stringify(body) },
  };
}
