// Runs at CloudFront before the cache (viewer request, runtime cloudfront-js-2.0), and in the local edge's sandbox.
// The stack prepends two lines: the import of `cf`, and the origin for product writes (null: the behaviour's own
// origin). It also replaces PROBLEM_TYPE.

// Matches every path of this system: no escapes, no parameters (;), no empty segments, no leading dots. Each resource
// therefore has one spelling and one cache key.
const plainPath = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?)?$/;

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
  if (isProducts && !isRead && originOfWrites !== null) cf.selectRequestOriginById(originOfWrites);
  return request;
}

function refusal() {
  const body = {
    type: 'PROBLEM_TYPE',
    title: 'The path is not in canonical form',
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
