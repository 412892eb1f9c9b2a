import { rehearsalCustomer } from '../domain/rehearsal.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A request as API Gateway passes it on: the authorizer has verified the token, so the function only compares it with
 * the authorizer's claims. Only callers with the right to invoke the function can do this, never through the API.
 */
export function toHttpEvent({ method, path, body, headers }: Request, originSecret: string | undefined, nowMs: number) {
  const seconds = Math.floor(nowMs / 1_000);
  const claims = {
    iss: rehearsalCustomer,
    sub: rehearsalCustomer,
    iat: seconds,
    exp: seconds + 600,
    token_use: 'access',
  };
  const payload = { ...claims, 'cognito:groups': ['admin'] };
  const text = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
  return {
    version: '2.0',
    rawPath: path,
    isBase64Encoded: false,
    headers: {
      authorization: `Bearer ${encode({ alg: 'RS256', typ: 'at+jwt' })}.${encode(payload)}.rehearsal`,
      'content-type': 'application/json',
      ...(originSecret !== undefined && { 'x-origin-secret': originSecret }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
    requestContext: { http: { method, path }, authorizer: { jwt: { claims: text } } },
  };
}

/** One message, as a queue's poller delivers it. */
export const toQueueEvent = (body: object) => ({
  Records: [
    { messageId: 'rehearsal', receiptHandle: '', body: JSON.stringify(body), attributes: {}, messageAttributes: {} },
  ],
});

/** One record of a table's stream. */
export const toStreamEvent = (NewImage: unknown) => ({
  Records: [{ eventID: 'rehearsal', eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } }],
});
