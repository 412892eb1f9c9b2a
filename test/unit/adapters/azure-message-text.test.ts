import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decode,
  encode,
  encodeDeadLetter,
  formatCopy,
  parseCopy,
  parseDeadLetter,
} from '../../../functions/adapters/azure/message-text.ts';
import { deadLetterReasons } from '../../../functions/contracts/order-request.ts';
import { anyBody } from '../../support/message-bodies.ts';

const runs = { numRuns: 500 };
const reasons = fc.constantFrom(...deadLetterReasons);
const ids = fc.uuid();
const hex = (body: string | Uint8Array | undefined) => body && Buffer.from(body).toString('hex');

test('a dead letter keeps the bytes of its body', () => {
  fc.assert(
    fc.property(anyBody, reasons, (body, reason) => {
      const letter = parseDeadLetter(encodeDeadLetter(body, reason));
      expect([hex(letter.body), letter.reason]).toEqual([hex(body), reason]);
    }),
    runs,
  );
});

test('a message that the host copied keeps the bytes of its body', () => {
  fc.assert(
    fc.property(anyBody, (body) => {
      expect(hex(parseDeadLetter(encode(body)).body)).toBe(hex(body));
      expect(parseDeadLetter(encode(body)).reason).toBeUndefined();
    }),
    runs,
  );
});

test('a redriven message keeps the bytes of its body, also when the host gives it up again', () => {
  fc.assert(
    fc.property(anyBody, ids, (body, id) => {
      const copy = parseCopy(formatCopy(id, body));
      expect([hex(copy.body), copy.original]).toEqual([hex(body), id]);
      expect(hex(parseDeadLetter(encode(formatCopy(id, body))).body)).toBe(hex(body));
    }),
    runs,
  );
});

test('reads dead letters of earlier versions', () => {
  const earlier = encode(JSON.stringify({ reason: 'UNKNOWN_ORDER', body: '{"v":1,"ü":"\\u0000"}' }));
  expect(parseDeadLetter(earlier)).toEqual({ reason: 'UNKNOWN_ORDER', body: Buffer.from('{"v":1,"ü":"\\u0000"}') });
});

test.each([
  '{"reason":"UNKNOWN_ORDER","body":1}',
  '{"reason":"A_NEW_ONE","body":"x"}',
  '{"reason": "UNKNOWN_ORDER", "body": "x"}',
  '\0redriveOf:',
  '\0redriveOf:a\rb',
])('takes %j, which only looks like one of ours, for a body', (body) => {
  expect(hex(parseDeadLetter(encode(body)).body)).toBe(hex(body));
});

test.each(['not Base64', 'e30', 'UNKNOWN_ORDER:§', '{"v":1}', 'A'])(
  'keeps the text %j, which is not Base64',
  (text) => {
    expect(decode(text)).toBeUndefined();
    expect(parseDeadLetter(text)).toEqual({ body: text });
  },
);
