import { beforeAll, expect, test } from 'vitest';
import { compareWritten, describe as say } from '../../../../scripts/contracts/compare.ts';
import { explained } from '../../../../scripts/contracts/explained.ts';
import { listSamples } from '../../../../scripts/contracts/list-samples.ts';
import type { Recording, Schema } from '../../../../scripts/contracts/recording.ts';
import {
  checkPlayed,
  findUnplayed,
  type Played,
  playContracts,
  readRecording,
  withoutExplained,
} from '../../../../scripts/contracts/run.ts';
import { listRead } from '../../../../scripts/contracts/shape.ts';
import { mapSteps, rename } from './spoil.ts';

const before = readRecording();
/** A field of each message that a function reads, as an older version would have called it. */
const spoiledInputs = [
  ['queue order-requests', 'orderId'],
  ['queue fulfilment-requests', 'order'],
  ['orders EVENT', 'order'],
  ['orders ORDER', 'requestHash'],
  ['orders ORDER', 'unitPrice'],
  ['stock STOCK', 'left'],
  ['stock HOLDING', 'units'],
  ['stock SUPPLY', 'quantity'],
  ['catalog PRODUCT', 'shardCount'],
  ['views ORDER COUNTED', 'version'],
  ['views SALES TOTAL', 'reservedUnits'],
  ['coordination BREAKER', 'until'],
  ['coordination LEASE', 'expiresAt'],
  ['request placeOrder', 'quantity'],
  ['request restock', 'quantity'],
] as const;
let played: Played;

beforeAll(async () => {
  const spoiled = spoiledInputs.map(([message, field]) => spoilInputs(before, message, rename(field)));
  played = await playContracts([before, ...spoiled]);
  // The machine may be busy.
}, 60_000);

function spoilInputs(recording: Recording, message: string, change: (body: object) => object): Recording {
  return { ...recording, steps: mapSteps(recording.steps, message, change) };
}

test('this version and the last release understand each other', () => {
  expect(checkPlayed(before, played, explained).map(say)).toEqual([]);
});

const written = new Map(listSamples(before.steps));
const messages = [...written.keys()];

/** Judges one message, as this version would write it after a change. */
function judge(message: string, change: (body: object) => object) {
  const [schema, samples] = [before.schemas[message], written.get(message) ?? []];
  const spoiled = samples.map((sample) => ({ ...sample, body: JSON.parse(JSON.stringify(change(sample.body))) }));
  const schemas: Record<string, Schema> = schema ? { [message]: schema } : {};
  const old = { version: '1', schemas, samples: new Map([[message, samples]]) };
  return compareWritten(old, { schemas, samples: new Map([[message, spoiled]]) });
}

/** Fields of a message that a function reads, or all fields if it has no schema. */
function fieldsOf(message: string): readonly string[] {
  const schema = before.schemas[message];
  const seen = new Set((written.get(message) ?? []).flatMap(({ body }) => Object.keys(body)));
  return (schema ? listRead(schema) : [...seen]).filter((path) => seen.has(path));
}

const spoils = {
  renamed: (field: string) => rename(field),
  removed: (field: string) => (body: object) => ({ ...body, [field]: undefined }),
  'of another type': (field: string) => (body: object) => {
    const value = (body as Record<string, unknown>)[field];
    return value === undefined ? body : { ...body, [field]: typeof value === 'string' ? 1 : String(value) };
  },
};

test.each(Object.keys(spoils) as (keyof typeof spoils)[])('names each message and its field that is %s', (kind) => {
  const all = messages.flatMap((message) => fieldsOf(message).map((field) => ({ message, field })));
  const missed = all.filter(({ message, field }) => {
    const found = judge(message, spoils[kind](field));
    return !found.some((one) => one.message === message && one.path.startsWith(field));
  });
  expect(missed).toEqual([]);
  expect(all.length).toBeGreaterThan(140);
});

const text = (body: object) => JSON.stringify(body);
test.each([
  ['orders EVENT', (body: object) => ({ ...body, v: 2 })],
  ['orders ORDER', (body: object) => ({ ...body, state: 'RESERVED' })],
  ['orders ORDER', (body: object) => JSON.parse(text(body).replace('"ORDER#', '"O#'))],
  ['orders ORDER', (body: object) => JSON.parse(text(body).replaceAll('"shard"', '"slot"'))],
  ['sweep progress', (body: object) => ({ ...body, bucket: 1_000 })],
  ['queue order-requests', (body: object) => ({ ...body, traceparent: 'none' })],
  ['request to the partner', (body: object) => ({ ...body, sku: 'LAMP' })],
] as const)('names %s when the version before cannot read a value', (message, change) => {
  expect(judge(message, change).map((one) => one.message)).toContain(message);
});

test('a new field is no difference, and a message that is no longer written is one', () => {
  for (const message of messages) expect(judge(message, (body) => ({ ...body, giftWrap: true }))).toEqual([]);
  const [schemas, version] = [{}, '1'];
  const found = compareWritten({ version, schemas, samples: written }, { schemas, samples: new Map() });
  expect(found.map(({ message }) => message)).toEqual(messages);
});

test.each(spoiledInputs.map(([message, field], index) => ({ message, field, index })))(
  'names $message when this version cannot read its $field',
  ({ message, index }) => {
    const found = played.replayed[index + 1] ?? [];
    expect(found.flatMap((one) => one.message.split(', '))).toContain(message);
  },
);

test.each(Object.keys(before.schemas))('names %s when its schema changes, or loses or demands a field', (message) => {
  const schema = before.schemas[message] as Schema & { readonly properties: Record<string, object> };
  const compare = (now: Record<string, Schema>) =>
    compareWritten(
      { version: '1', schemas: { [message]: schema }, samples: new Map() },
      { schemas: now, samples: new Map() },
    );
  const [field = ''] = Object.keys(schema.properties);
  const { [field]: _, ...others } = schema.properties;
  const demanded = [...((schema.required ?? []) as string[]), 'more'];
  const more = { ...schema.properties, more: {} };
  for (const changed of [
    { ...schema, properties: others },
    { ...schema, properties: { ...schema.properties, [field]: { type: 'null' } } },
    { ...schema, properties: more, required: demanded },
    undefined,
  ])
    expect(compare(changed ? { [message]: changed } : {}).map((one) => one.message)).toContain(message);
  expect(compare({ [message]: { ...schema, properties: more } })).toEqual([]);
});

test('names a message that no call of the sale writes', () => {
  const schemas = { 'queue invoices': {}, 'request refund': {}, 'request placeOrder': {}, 'orders ORDER': {} };
  const found = findUnplayed({ schemas, samples: written }, new Set(['placeOrder']));
  expect(found.map(({ message }) => message)).toEqual(['queue invoices', 'request refund']);
});

test('an explained difference is none, and an explanation without a difference is one', () => {
  const found = judge('orders ORDER', rename('unitPrice'));
  const known = found.map(({ message, path }) => ({ message, path, why: 'no reader is left' }));
  expect(withoutExplained(found, known)).toEqual([]);
  expect(withoutExplained([], known.slice(0, 1)).map(say)).toEqual([
    'orders ORDER: unitPrice: is listed as explained, but does not differ',
  ]);
});
