import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { PartnerFailed } from '../../../../functions/ports/partner.ts';
import { continueTrace, traceIdOf } from '../../../../functions/runtime/trace.ts';
import { SpanExporter } from '../../../../scripts/platform/tracing/exporter.ts';
import {
  isSampled,
  type OtlpRequest,
  readOtlpSettings,
  sendOtlp,
  spansOf,
  toOtlp,
} from '../../../../scripts/platform/tracing/otlp.ts';
import type { Span } from '../../../../scripts/platform/tracing/spans.ts';
import { hearLines, type SpokenLine, spokenSale, toLogLines } from '../../../support/sales/spoken-sale.ts';
import { stubEngine } from '../stub.ts';

let lines: SpokenLine[];
beforeEach(() => {
  lines = hearLines();
});
afterEach(() => vi.restoreAllMocks());

/**
 * OTLP's JSON: ids in hexadecimal, enums as numbers, 64-bit numbers as text, names in lowerCamelCase.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * https://github.com/open-telemetry/opentelemetry-proto/blob/v1.9.0/opentelemetry/proto/trace/v1/trace.proto
 */
const id = (bytes: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${2 * bytes}}$`));
const nano = z.string().regex(/^[1-9]\d{18}$/);
const attributes = z.array(
  z.strictObject({
    key: z.string().min(1),
    value: z.union([
      z.strictObject({ stringValue: z.string() }),
      z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
      z.strictObject({ boolValue: z.boolean() }),
    ]),
  }),
);
const span = z.strictObject({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: id(8).optional(),
  name: z.string().min(1),
  kind: z.int().min(1).max(5),
  startTimeUnixNano: nano,
  endTimeUnixNano: nano,
  attributes,
  links: z.array(z.strictObject({ traceId: id(16), spanId: id(8) })).optional(),
  status: z.strictObject({ code: z.union([z.literal(0), z.literal(2)]), message: z.string().optional() }),
});
const exportRequest = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(z.strictObject({ scope: z.strictObject({ name: z.string() }), spans: z.array(span).min(1) })),
    }),
  ),
});

/** A collector: takes what the schema allows, and answers 400 to anything else, as a real one does. */
async function collector({ status = 200, answer = '{}' } = {}) {
  const spans: Span[] = [];
  const { url } = await stubEngine((seen, response) => {
    const body = exportRequest.safeParse(JSON.parse(seen.body));
    const isRight = seen.url === '/v1/traces' && seen.method === 'POST' && body.success;
    if (isRight && status === 200) spans.push(...spansOf(body.data as OtlpRequest));
    response.writeHead(isRight ? status : 400, { 'content-type': 'application/json' });
    response.end(isRight ? answer : JSON.stringify(body.error?.issues));
  });
  return { spans, settings: { url: `${url}/v1/traces`, headers: {}, ratio: 1 } };
}

async function fulfilledOrder(): Promise<void> {
  const { place, settle, project, fulfil } = await spokenSale();
  await place('key-00000001');
  await settle(2);
  await project();
  await fulfil();
  await project();
}

const attributeOf = (one: Span | undefined, key: string) => one?.attributes.find((each) => each.key === key)?.value;

test('sends what a collector takes: one trace from the request to the fulfilment, without a gap', async () => {
  await fulfilledOrder();
  const { spans, settings } = await collector();
  await sendOtlp(toOtlp(toLogLines(lines), 'local'), settings);
  const traceId = String(lines[0]?.traceId);
  const own = spans.filter((one) => one.traceId === traceId);
  expect(own.map(({ name }) => name).sort()).toEqual(
    [
      ...['POST /orders', 'POST /orders', 'process order-requests', 'process fulfilment-requests'],
      ...['process OrderConfirmed', 'process OrderFulfilling', 'process OrderFulfilled'],
      ...['wait for settlement', 'wait for fulfilment', ...Array(3).fill('wait for projection')],
    ].sort(),
  );
  const ids = new Set(own.map(({ spanId }) => spanId));
  expect(ids.size).toBe(own.length);
  expect(own.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
  for (const { parentSpanId = own[0]?.spanId, name } of own) expect(ids, name).toContain(parentSpanId);
  for (const one of spans) expect(BigInt(one.endTimeUnixNano) >= BigInt(one.startTimeUnixNano), one.name).toBe(true);
  const settled = own.find(({ name }) => name === 'process order-requests');
  expect(attributeOf(settled, 'messaging.receive_count')).toEqual({ intValue: '2' });
  expect(attributeOf(settled, 'order.id')).toEqual({ stringValue: lines[0]?.orderId });
});

test('links a batch with each of its orders, in both directions', async () => {
  const { place, settle } = await spokenSale();
  for (const key of ['key-00000001', 'key-00000002', 'key-00000003']) await place(key);
  await settle();
  const spans = spansOf(toOtlp(toLogLines(lines), 'local'));
  const batch = spans.find(({ name }) => name === 'settlement');
  const steps = spans.filter(({ name }) => name === 'process order-requests');
  expect(steps).toHaveLength(3);
  expect(batch?.links).toEqual(steps.map(({ traceId, spanId }) => ({ traceId, spanId })));
  expect(attributeOf(batch, 'messaging.batch.message_count')).toEqual({ intValue: '3' });
  for (const { links } of steps) expect(links).toEqual([{ traceId: batch?.traceId, spanId: batch?.spanId }]);
});

test('marks a postponed step and its call of the partner as failed', async () => {
  const partner = { ready: async () => {}, take: () => Promise.reject(new PartnerFailed('status 503')) };
  const { place, settle, project, fulfil } = await spokenSale({ partner });
  await place('key-00000001');
  await settle();
  await project();
  await fulfil();
  const failed = spansOf(toOtlp(toLogLines(lines), 'local')).filter(({ status }) => status.code === 2);
  expect(failed.map(({ name }) => name)).toEqual(['process fulfilment-requests', 'POST /orders']);
});

test('samples a tenth of the traces, each whole or not at all', async () => {
  const ids = Array.from({ length: 4_000 }, () => traceIdOf(continueTrace(undefined)));
  const sampled = ids.filter((traceId) => isSampled(traceId, 0.1)).length;
  expect(sampled).toBeGreaterThan(280);
  expect(sampled).toBeLessThan(520);
  expect(ids.every((traceId) => isSampled(traceId, 1) && !isSampled(traceId, 0))).toBe(true);
  // From the specification: the last 56 bits are at least (1 - ratio) * 2^56.
  expect(isSampled(`${'0'.repeat(18)}e6666666666667`, 0.1)).toBe(true);
  expect(isSampled(`${'f'.repeat(18)}e6666666666000`, 0.1)).toBe(false);
});

test('exports the lines of sampled traces once their invocations are quiet, and says once that they are refused', async () => {
  await fulfilledOrder();
  const { spans, settings } = await collector();
  const troubles: string[] = [];
  const export_ = async (of: { url: string; headers: object; ratio: number }, flushes = 1) => {
    const options = {
      settings: of as typeof settings,
      stage: 'local',
      onTrouble: (text: string) => troubles.push(text),
    };
    const exporter = new SpanExporter(options);
    for (let flush = 0; flush < flushes; flush++) {
      for (const { service, fields } of toLogLines(lines)) exporter.take(service, JSON.stringify(fields));
      await exporter.flush(Date.now() - 1_000);
      expect(spans).toEqual([]);
      if (flush + 1 < flushes) await exporter.flush();
    }
    await exporter.stop();
  };
  await export_({ ...settings, ratio: 0 });
  expect(spans).toEqual([]);
  const { settings: full } = await collector({ status: 503 });
  await export_(full, 2);
  expect(troubles).toEqual([expect.stringContaining('traces are not exported')]);
  await export_(settings);
  expect(spans.length).toBeGreaterThan(10);
});

test('says that a collector refuses, rejects a part, or does not answer', async () => {
  await fulfilledOrder();
  const request = toOtlp(toLogLines(lines), 'local');
  const { settings: refusing } = await collector({ status: 401 });
  await expect(sendOtlp(request, refusing)).rejects.toMatchObject({ code: 'otlp_refused' });
  const { settings: partial } = await collector({ answer: '{"partialSuccess":{"rejectedSpans":"2"}}' });
  await expect(sendOtlp(request, partial)).rejects.toMatchObject({ code: 'otlp_refused' });
  const gone = { url: 'http://127.0.0.1:9/v1/traces', headers: {}, ratio: 1 };
  await expect(sendOtlp(request, gone)).rejects.toMatchObject({ code: 'otlp_unreachable' });
});

test('reads the variables of OpenTelemetry', () => {
  expect(readOtlpSettings({})).toBeUndefined();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' };
  expect(
    readOtlpSettings({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: '0.1', OTEL_EXPORTER_OTLP_HEADERS: 'a=b%20c,d=e=f' }),
  ).toEqual({
    ...{ url: 'http://127.0.0.1:4318/v1/traces', ratio: 0.1 },
    headers: { a: 'b c', d: 'e=f' },
  });
  expect(readOtlpSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/x' })?.url).toBe(
    'http://127.0.0.1:1/x',
  );
  for (const wrong of ['10', '-1', 'all'])
    expect(() => readOtlpSettings({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: wrong })).toThrow('must be 0 to 1');
  expect(() => readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow('collector:4318');
});
