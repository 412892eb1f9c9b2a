import { requestEvent } from '../platform/functions/request-event.ts';

interface Call {
  readonly customer: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
  readonly groups?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

const issuedAt = Date.parse('2026-11-27T09:00:00Z') / 1_000;
const yearSeconds = 365 * 86_400;
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A request of a customer whom the API's authorizer has authenticated. */
export function apiEvent({ customer, method, path, body, key, groups = [], headers = {}, query = {} }: Call): object {
  const claims = {
    iss: 'https://issuer.example.com',
    sub: customer,
    exp: issuedAt + yearSeconds,
    iat: issuedAt,
    jti: customer,
    'cognito:groups': groups,
  };
  const event = requestEvent({
    method,
    rawPath: path,
    headers: {
      authorization: `Bearer ${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmF0dXJl`,
      ...headers,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    rawQueryString: new URLSearchParams(query).toString(),
    queryStringParameters: query,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { ...event, requestContext: { ...event.requestContext, authorizer: { jwt: { claims } } } };
}

export function queueEvent(bodies: readonly string[]): object {
  return {
    Records: bodies.map((body, index) => ({
      ...{ messageId: `message-${index}`, receiptHandle: `receipt-${index}`, body, messageAttributes: {} },
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '' },
    })),
  };
}

/** Builds a stream event from records that pass the stage's filter: those whose image the function knows. */
export function streamEvent(images: readonly object[]): object {
  return {
    Records: images.map((dynamodb, index) => ({
      ...{ eventID: `event-${index}`, eventName: 'INSERT' },
      dynamodb: { ...dynamodb, SequenceNumber: String(index + 1) },
    })),
  };
}
