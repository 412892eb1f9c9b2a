import { requestEvent } from '../../platform/functions/request-event.ts';
import type { EventRecord } from './store.ts';

const issuer = 'https://issuer.example.com';
const at = Date.parse('2026-11-27T12:00:00Z') / 1_000;

/** A request of a customer, verified by the API's authorizer. */
export function signedRequest(customer: string, { method, path, body, key, groups = [] }: Call): object {
  const claims = {
    iss: issuer,
    sub: customer,
    exp: at + 365 * 86_400,
    iat: at,
    jti: customer,
    'cognito:groups': groups,
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const token = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmF0dXJl`;
  const event = requestEvent({
    method,
    rawPath: path,
    headers: {
      authorization: `Bearer ${token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { ...event, requestContext: { ...event.requestContext, authorizer: { jwt: { claims } } } };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
  readonly groups?: readonly string[];
}

export const publicRequest = (path: string): object => requestEvent({ rawPath: path });

export function queueEvent(bodies: readonly string[]): object {
  return {
    Records: bodies.map((body, index) => ({
      ...{ messageId: `message-${index}`, receiptHandle: `receipt-${index}`, body, messageAttributes: {} },
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '', SenderId: '' },
    })),
  };
}

export function streamEvent(records: readonly EventRecord[]): object {
  return {
    Records: records.map(({ image }, index) => ({
      ...{ eventID: `event-${index}`, eventName: 'INSERT' },
      dynamodb: { SequenceNumber: String(index + 1), NewImage: image },
    })),
  };
}
