import { createHash } from 'node:crypto';
import { type LogLine, numberOf, textOf } from './log-line.ts';

/** OTLP's JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly links?: readonly Link[];
  readonly status: { readonly code: 0 | 2; readonly message?: string };
}

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };
}

export interface Link {
  readonly traceId: string;
  readonly spanId: string;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
const kinds = { internal: 1, server: 2, client: 3, consumer: 5 } as const;

const routes: Readonly<Record<string, readonly [method: string, route: string]>> = {
  placeOrder: ['POST', '/orders'],
  getOrder: ['GET', '/orders/{orderId}'],
  listOrders: ['GET', '/orders'],
  cancelOrder: ['DELETE', '/orders/{orderId}'],
};

/** Spans by the message of the line that ends a step. Semantic conventions 1.37: FaaS, messaging, HTTP. */
const shapes: Readonly<Record<string, (line: LogLine) => { name: string; kind: number; values: Values }>> = {
  answered(line) {
    const name = textOf(line, 'route') ?? '';
    const [method, route] = routes[name] ?? ['', name];
    const values = { 'http.request.method': method || undefined, 'http.route': route, 'faas.trigger': 'http' };
    const status = { 'http.response.status_code': numberOf(line, 'status') };
    return { name: `${method} ${route}`.trim(), kind: kinds.server, values: { ...values, ...status } };
  },
  settled: (line) => ofQueue(line, 'order-requests', textOf(line, 'settlement')),
  fulfilment: (line) => ofQueue(line, 'fulfilment-requests', textOf(line, 'result')),
  postponed: (line) => ofQueue(line, 'fulfilment-requests', 'postponed'),
  counted: (line) => ({
    name: `process ${textOf(line, 'type')}`,
    kind: kinds.consumer,
    values: {
      ...{ 'faas.trigger': 'datasource', 'faas.document.collection': 'orders', 'faas.document.operation': 'insert' },
      ...{ 'db.system.name': 'aws.dynamodb', 'order.version': numberOf(line, 'version') },
    },
  }),
  'order swept': (line) => ({
    name: 'send again',
    kind: kinds.internal,
    values: { 'faas.trigger': 'timer', 'order.state': textOf(line, 'state') },
  }),
};

function ofQueue(line: LogLine, queue: string, outcome: string | undefined) {
  const values = {
    ...{ 'faas.trigger': 'pubsub', 'messaging.system': 'aws_sqs', 'messaging.destination.name': queue },
    ...{ 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' },
    ...{ 'order.outcome': outcome, 'messaging.receive_count': numberOf(line, 'receives') },
  };
  return { name: `process ${queue}`, kind: kinds.consumer, values };
}

/** Whether a line ends a step, and so becomes a span. */
export const endsStep = (line: LogLine): boolean =>
  shapes[line.message] !== undefined && textOf(line, 'spanId') !== undefined;

/** Builds the spans of these lines: steps, waits, calls of the partner, and their invocations. */
export function toSpans(lines: readonly LogLine[]): Span[] {
  const steps = lines.filter(endsStep);
  return [...steps.flatMap(spansOfStep), ...invocations(steps)];
}

function spansOfStep(line: LogLine): Span[] {
  const shape = shapes[line.message]?.(line);
  if (!shape) return [];
  const [traceId, spanId] = [textOf(line, 'traceId') ?? '', textOf(line, 'spanId') ?? ''];
  const [parent, begun] = [textOf(line, 'parentId'), line.at - (numberOf(line, 'ms') ?? 0)];
  const invocation = invocationOf(line);
  const status = numberOf(line, 'status') ?? 0;
  const step: Span = {
    ...{ traceId, spanId, ...(parent && { parentSpanId: parent }), name: shape.name, kind: shape.kind },
    ...times(begun, line.at),
    attributes: toAttributes({ ...shape.values, ...commonValues(line), 'order.id': textOf(line, 'orderId') }),
    ...(invocation && line.message !== 'answered' && { links: [invocation] }),
    status: status >= 500 || line.message === 'postponed' ? { code: 2 } : { code: 0 },
  };
  return [step, ...waitOf(line, step, begun), ...partnerCallOf(line, step)];
}

/** The wait from sending to the start of the step, for which the conventions define no span. */
function waitOf(line: LogLine, { traceId, spanId, parentSpanId }: Span, begun: number): Span[] {
  const waitedMs = numberOf(line, 'waitedMs');
  if (waitedMs === undefined) return [];
  const name = `wait for ${line.service}`;
  const own = { traceId, spanId: derived(spanId, 'wait'), ...(parentSpanId && { parentSpanId }), name };
  const when = times(begun - waitedMs, begun);
  return [{ ...own, kind: kinds.internal, ...when, attributes: [], status: { code: 0 } }];
}

function partnerCallOf(line: LogLine, { traceId, spanId }: Span): Span[] {
  const ms = numberOf(line, 'partnerMs');
  if (ms === undefined) return [];
  const own = { traceId, spanId: derived(spanId, 'partner'), parentSpanId: spanId, name: 'POST /orders' };
  const attributes = toAttributes({
    'http.request.method': 'POST',
    'url.template': '/orders',
    'peer.service': 'partner',
  });
  const failed = line.message === 'postponed';
  return [
    { ...own, kind: kinds.client, ...times(line.at - ms, line.at), attributes, status: { code: failed ? 2 : 0 } },
  ];
}

/** A worker's invocation handles many orders, so it gets its own trace, linked with theirs in both directions. */
function invocations(steps: readonly LogLine[]): Span[] {
  const workers = steps.filter((line) => line.message !== 'answered' && invocationOf(line));
  const groups = Map.groupBy(workers, (line) => textOf(line, 'function_request_id'));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const own = first && invocationOf(first);
    if (!own) return [];
    const begun = Math.min(...group.map((line) => line.at - (numberOf(line, 'ms') ?? 0)));
    const links = group.map((line) => ({
      traceId: textOf(line, 'traceId') ?? '',
      spanId: textOf(line, 'spanId') ?? '',
    }));
    return [
      {
        ...{ ...own, name: textOf(first, 'function_name') ?? first.service, kind: kinds.consumer, links },
        ...times(begun, Math.max(...group.map(({ at }) => at))),
        attributes: toAttributes({ ...commonValues(first), 'messaging.batch.message_count': group.length }),
        status: { code: 0 as const },
      },
    ];
  });
}

/** Lambda's request id is a UUID, as long as a trace id, and the same in every export of the invocation. */
function invocationOf(line: LogLine): Link | undefined {
  const traceId = textOf(line, 'function_request_id')?.replaceAll('-', '') ?? '';
  return /^(?!0{16})[0-9a-f]{32}$/.test(traceId) ? { traceId, spanId: traceId.slice(0, 16) } : undefined;
}

const commonValues = ({ fields, version }: LogLine): Values => ({
  'faas.invocation_id': String(fields.function_request_id ?? '') || undefined,
  'faas.coldstart': typeof fields.cold_start === 'boolean' ? fields.cold_start : undefined,
  'faas.version': version,
  'aws.lambda.invoked_arn': String(fields.function_arn ?? '') || undefined,
});

const derived = (spanId: string, what: string) =>
  createHash('sha256').update(`${spanId} ${what}`).digest('hex').slice(0, 16);

const times = (begunMs: number, endedMs: number) => ({
  startTimeUnixNano: toNano(begunMs),
  endTimeUnixNano: toNano(endedMs),
});

const toNano = (ms: number) => `${Math.round(ms)}000000`;

export function toAttributes(values: Values): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: toAny(value) }]));
}

function toAny(value: string | number | boolean): Attribute['value'] {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'number' ? { intValue: String(value) } : { boolValue: value };
}
