import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxBodyBytes, placeOrderBody } from '../../../functions/contracts/http.ts';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import { readBody } from '../../../functions/runtime/json-body.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';

const good = { sku: 'lamp', quantity: 2 };
const read = (body: string, contentType = 'application/json') =>
  readBody(requestEvent({ body, headers: { 'content-type': contentType } }), placeOrderBody);

test('parses a body that matches the schema', () => {
  expect(read(JSON.stringify(good))).toEqual(good);
  expect(read(JSON.stringify(good), 'Application/JSON; charset=utf-8')).toEqual(good);
});

test('decodes a base64 body from the gateway', () => {
  const body = Buffer.from(JSON.stringify(good)).toString('base64');
  const event = requestEvent({ body, isBase64Encoded: true, headers: { 'content-type': 'application/json' } });
  expect(readBody(event, placeOrderBody)).toEqual(good);
});

const padded = (bytes: number) => JSON.stringify(good).padEnd(bytes, ' ');
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('accepts a body of exactly the limit', () => {
  expect(read(padded(maxBodyBytes))).toEqual(good);
});

test.each([
  ['nothing', '', 'MALFORMED_JSON'],
  ['half a document', '{"sku":"lamp"', 'MALFORMED_JSON'],
  ['one byte over the limit', padded(maxBodyBytes + 1), 'BODY_TOO_LARGE'],
  ['multi-byte characters over the limit in bytes', `"${'é'.repeat(maxBodyBytes / 2)}"`, 'BODY_TOO_LARGE'],
  ['a depth of 8,000', deep(8_000), 'MALFORMED_JSON'],
  ['a depth of 10,000', deep(10_000), 'BODY_TOO_LARGE'],
  ['__proto__', '{"sku":"lamp","quantity":1,"__proto__":{"admin":true}}', 'MALFORMED_JSON'],
  ['constructor', '{"sku":"lamp","quantity":1,"constructor":{}}', 'INVALID_REQUEST'],
  ['a list', '[]', 'INVALID_REQUEST'],
  ['null', 'null', 'INVALID_REQUEST'],
  ['a missing field', '{"sku":"lamp"}', 'INVALID_REQUEST'],
  ['an extra field', '{"sku":"lamp","quantity":1,"price":1}', 'INVALID_REQUEST'],
  ['quantity 0', '{"sku":"lamp","quantity":0}', 'INVALID_REQUEST'],
  ['quantity -0', '{"sku":"lamp","quantity":-0}', 'INVALID_REQUEST'],
  ['quantity -1', '{"sku":"lamp","quantity":-1}', 'INVALID_REQUEST'],
  ['quantity 1.5', '{"sku":"lamp","quantity":1.5}', 'INVALID_REQUEST'],
  ['quantity 2^53', '{"sku":"lamp","quantity":9007199254740992}', 'INVALID_REQUEST'],
  ['quantity 1e400', '{"sku":"lamp","quantity":1e400}', 'INVALID_REQUEST'],
  ['quantity as text', '{"sku":"lamp","quantity":"1"}', 'INVALID_REQUEST'],
  ['a sku with a separator', '{"sku":"lamp#1","quantity":1}', 'INVALID_REQUEST'],
  ['a sku with a NUL', '{"sku":"lamp\\u0000","quantity":1}', 'INVALID_REQUEST'],
  ['a sku with a lone surrogate', '{"sku":"lamp\\ud800","quantity":1}', 'INVALID_REQUEST'],
  ['a sku with a line feed at its end', '{"sku":"lamp\\n","quantity":1}', 'INVALID_REQUEST'],
])('rejects %s', (_, body, code) => {
  expect(() => read(body)).toThrow(expect.objectContaining({ code }));
});

test.each(['text/plain', '', 'application/x-www-form-urlencoded', 'application/json5'])(
  'rejects the content type %j',
  (type) => {
    expect(() => read(JSON.stringify(good), type)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
  },
);

test('returns a valid body or throws a problem error for any input', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ sku: value, quantity: value })),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(placeOrderBody.safeParse(read(text)).success).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
      }
    }),
    { numRuns: 1_000 },
  );
});
