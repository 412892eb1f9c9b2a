// Runs at CloudFront before its cache (viewer request, runtime cloudfront-js-2.0), and in the local edge's sandbox.
// The stack puts two lines before it: the import of `cf`, and the origin that takes writes of products (null: the
// behaviour's own origin).

// Every path of this system fits: no escapes, no parameters (;), no empty segments, no dots in front. What is cached
// under one spelling can so never be asked for under another one.
const plainPath = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?)?$/;

// Who somebody is follows from the token alone; how the request came, CloudFront says itself.
const forgeable =
  /^(x-origin-secret|x-customer|x-user|x-groups|x-forwarded-.*|forwarded|x-real-ip|x-original-.*|x-rewrite-.*|x-http-method.*|x-method-override|x-amzn-oidc-.*|x-amz-.*|x-amzn-.*)$/;

// A cached answer is made for everybody: nothing else of one request may reach what makes it.
const keptForCached = ['if-none-match', 'if-modified-since', 'range', 'if-range', 'traceparent'];

// CloudFront answers 502 when a function takes one of these away.
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
    type: 'urn:flash-sale:problem:INVALID_PATH',
    title: 'No path of this shop is spelled so',
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
