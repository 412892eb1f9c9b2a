import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** An event of payload format 2.0, as sent by an HTTP API or a Function URL; header names in lower case. */
export function requestEvent(
  change: Partial<APIGatewayProxyEventV2> & { method?: string } = {},
): APIGatewayProxyEventV2 {
  const { method = 'GET', rawPath = '/', headers = {}, ...rest } = change;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers,
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '27/Nov/2026:09:00:00 +0000',
      timeEpoch: 1_795_770_000_000,
    },
    ...rest,
  };
}
