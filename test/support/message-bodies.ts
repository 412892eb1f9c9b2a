import fc from 'fast-check';

/** Text that a parser may take for something else. */
export const textBodies = [
  '89e7073266',
  '12345678901234567890',
  '1.0',
  '-0',
  'null',
  'true',
  '"text"',
  '[1]',
  '{"a":1,"a":2}',
  '{"n":9007199254740993}',
  ' {"v":1}\n',
  '\ufeff{"v":1}',
  '{"redriveOf":"x"}',
  '{"reason":"x","body":"y"}',
  '{"v":1,"orderId":"\\u0041"}',
  '\u2028 ü 😀',
];

/** Bytes that are no text. */
const invalidUtf8 = ['ff', 'fffe7b007d00', 'c0af', 'eda080', '7b22ff227d', '00', '1f8b0800'].map((bytes) =>
  Buffer.from(bytes, 'hex'),
);

/** Bodies that a service takes as bytes. */
export const anyBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom(...textBodies, ...invalidUtf8),
  fc.json(),
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.uint8Array({ maxLength: 300 }),
);

/** Bodies that a service takes as XML's characters. */
export const textBody = fc.oneof(fc.constantFrom(...textBodies), fc.json(), fc.bigInt().map(String));
