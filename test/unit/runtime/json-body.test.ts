import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxBodyBytes } from '../../../functions/contracts/body-limits.ts';
import { placeOrderBody, putProductBody } from '../../../functions/contracts/http.ts';
import { ProblemError } from '../../../functions/contracts/problem.ts';
import { parseBody } from '../../../functions/runtime/json-body.ts';
import { requestEvent } from '../../../scripts/platform/functions/request-event.ts';

const good = { sku: 'lamp', quantity: 2 };
const read = (body: string, contentType = 'application/json') =>
  parseBody(requestEvent({ body, headers: { 'content-type': contentType } }), placeOrderBody);

test('parses a body that matches the schema', () => {
  expect(read(JSON.stringify(good))).toEqual(good);
  expect(read(JSON.stringify(good), 'Application/JSON; charset=utf-8')).toEqual(good);
});

test('decodes a base64 body from the gateway', () => {
  const body = Buffer.from(JSON.stringify(good)).toString('base64');
  const event = requestEvent({ body, isBase64Encoded: true, headers: { 'content-type': 'application/json' } });
  expect(parseBody(event, placeOrderBody)).toEqual(good);
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
  ['a member twice', '{"sku":"lamp","quantity":1,"quantity":2}', 'MALFORMED_JSON'],
  ['a member twice with the same value', '{"sku":"lamp","quantity":1,"quantity":1}', 'MALFORMED_JSON'],
  ['a member twice, once escaped', '{"sku":"lamp","quantity":1,"quantit\\u0079":2}', 'MALFORMED_JSON'],
  ['a member twice within another', '{"sku":"lamp","quantity":1,"expectedPrice":{"a":1,"a" : 2}}', 'MALFORMED_JSON'],
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

const encoded = (body: Buffer, headers: Record<string, string> = {}) =>
  parseBody(
    requestEvent({
      body: body.toString('base64'),
      isBase64Encoded: true,
      headers: { 'content-type': 'application/json', ...headers },
    }),
    putProductBody,
  );
const productJson = (name: string) => JSON.stringify({ name, unitPrice: 1, currency: 'EUR' });
const bytesOf = (name: string, encoding: BufferEncoding = 'utf8') => Buffer.from(productJson(name), encoding);

test.each([
  ['Latin-1', bytesOf('Lampe à huile', 'latin1')],
  ['UTF-16', bytesOf('Lamp', 'utf16le')],
  ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), bytesOf('Lamp', 'utf16le')])],
  ['an overlong slash', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])],
  [
    'an encoded surrogate',
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
  ],
  ['a cut character', bytesOf('é').subarray(0, 10)],
  ['what a host made of invalid bytes', bytesOf('Lamp\ufffd')],
])('rejects bytes that are not UTF-8: %s', (_, body) => {
  expect(() => encoded(body)).toThrow(expect.objectContaining({ code: 'MALFORMED_JSON' }));
  expect(() => read(body.toString())).toThrow();
});

test.each([
  ['a gzip body', { 'content-encoding': 'gzip' }],
  ['a br body', { 'content-encoding': 'br' }],
  ['two codings', { 'content-encoding': 'identity, gzip' }],
  ['UTF-16', { 'content-type': 'application/json; charset=utf-16' }],
  ['Latin-1', { 'content-type': 'application/json;charset="ISO-8859-1"' }],
  ['UTF-16 beside UTF-8', { 'content-type': 'application/json; charset=utf-8; charset=utf-16' }],
  ['UTF-16 with spaces', { 'content-type': 'application/json ; charset = utf-16' }],
  ['UTF-16 with an escape', { 'content-type': 'application/json; charset="utf-1\\6"' }],
  ['half of a quoted charset', { 'content-type': 'application/json; charset="utf-8' }],
  ['an empty charset', { 'content-type': 'application/json; charset=' }],
  ['a charset in single quotes', { 'content-type': "application/json; charset='utf-8'" }],
  ['two types', { 'content-type': 'application/json, application/json' }],
  ['many semicolons', { 'content-type': `application/json${';  '.repeat(5_000)}"` }],
])('rejects %s as unsupported, even when the bytes would parse', (_, headers) => {
  expect(() => encoded(bytesOf('Lamp'), headers)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_MEDIA_TYPE' }));
});

test.each([
  ['UTF-8 in capitals', { 'content-type': 'application/json; charset=UTF-8' }],
  ['UTF-8 in quotes', { 'content-type': 'application/json;charset="utf-8"' }],
  ['another parameter', { 'content-type': 'application/json; profile=x' }],
  ['a charset with spaces', { 'content-type': 'application/json ; charset = utf-8 ;' }],
  ['a charset with an escape', { 'content-type': 'application/json; charset="utf\\-8"' }],
  ['a charset within another parameter', { 'content-type': 'application/json; x="a; charset=utf-16"' }],
  ['identity', { 'content-encoding': 'identity' }],
  ['identity twice', { 'content-encoding': 'identity, Identity' }],
  ['no coding', { 'content-encoding': '' }],
])('accepts %s', (_, headers) => expect(encoded(bytesOf('Lamp'), headers).name).toBe('Lamp'));

test('skips a byte order mark, in bytes and in text', () => {
  expect(encoded(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytesOf('Lamp')])).name).toBe('Lamp');
  expect(read(`\ufeff${JSON.stringify(good)}`)).toEqual(good);
});

test.each([
  ['zero-width space', '\u200b'],
  ['zero-width joiner', '\u200d'],
  ['word joiner', '\u2060'],
  ['soft hyphen', '\u00ad'],
  ['no-break space', '\u00a0'],
  ['Hangul filler', '\u3164'],
  ['Braille blank', '\u2800'],
  ['variation selector', '\ufe0f'],
  ['supplementary variation selector', '\u{e0100}'],
  ['tag', '\u{e0001}\u{e0067}'],
  ['control of music', '\u{1d173}'],
  ['control of shorthand', '\u{1bca0}'],
  ['noncharacter within the first plane', 'Lamp\ufdd0'],
  ['right-to-left override', 'Lamp\u202egpj.exe'],
  ['isolate', 'Lamp\u2066x\u2069'],
  ['right-to-left mark', 'Lamp\u200f'],
  ['Arabic letter mark', 'Lamp\u061c'],
  ['line separator', 'La\u2028mp'],
  ['tab', 'La\tmp'],
  ['C1 control', 'La\u0085mp'],
  ['noncharacter', 'Lamp\uffff'],
  ['lone surrogate', 'Lamp\ud800'],
])('rejects a name of or with a %s', (_, name) => {
  expect(() => encoded(bytesOf(name))).toThrow(expect.objectContaining({ message: expect.any(String) }));
  expect(putProductBody.safeParse(JSON.parse(productJson(name))).success).toBe(false);
});

test.each(['Lamp', 'Lámpara', 'לַמְפָּה', 'می‌خواهم', '👩‍🚀 suit', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '照明', 'A', '—', 'x'.repeat(200)])(
  'accepts the name %s',
  (name) => expect(encoded(bytesOf(name)).name).toBe(name),
);
