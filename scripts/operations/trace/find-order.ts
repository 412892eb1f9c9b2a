import { traceIdOf } from '../../../functions/runtime/trace.ts';
import { CliError, UsageError } from '../../cli/cli.ts';
import { type LogLine, textOf } from '../../platform/tracing/log-line.ts';
import type { Found, PartnerRecord, StoredOrder } from './step.ts';

/** Reads the functions' log lines that contain any of the texts. */
export type ReadLines = (texts: readonly string[]) => Promise<readonly LogLine[]>;

export interface TraceSources {
  /** Human-readable, for errors. */
  readonly place: string;
  readonly readLines: ReadLines;
  readonly readOrder: (orderId: string) => Promise<StoredOrder | undefined>;
  readonly readPartner: (orderId: string) => Promise<PartnerRecord | undefined>;
  readonly maxReceives: number;
}

export const orderIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Finds everything about the order with this id, or about the order of the request with this trace id or idempotency
 * key.
 *
 * @throws {CliError} order_not_found, order_ambiguous
 */
export async function findOrder(id: string, sources: TraceSources): Promise<Found> {
  const named = await sources.readLines([id]);
  const orderId = await chooseOrder(id, named, sources);
  const stored = await sources.readOrder(orderId);
  const own = named.filter((line) => isAbout(line, orderId));
  const traces = [stored?.traceparent && traceIdOf(stored.traceparent), ...own.map((line) => textOf(line, 'traceId'))];
  const texts = [...new Set([orderId, ...traces])].filter((text) => text !== undefined);
  const lines = await sources.readLines(texts);
  return {
    orderId,
    // A client may send many orders under one trace.
    lines: lines.filter((line) => isAbout(line, orderId)),
    stored,
    partner: await sources.readPartner(orderId),
    maxReceives: sources.maxReceives,
  };
}

/** A line without an order id belongs to the order of its trace. */
const isAbout = (line: LogLine, orderId: string) =>
  ordersOf(line).length === 0 || ordersOf(line).includes(orderId) || JSON.stringify(line.fields).includes(orderId);

function ordersOf(line: LogLine): readonly string[] {
  const { orderId, orders } = line.fields;
  if (typeof orderId === 'string') return [orderId];
  return Array.isArray(orders) ? orders.filter((one) => typeof one === 'string') : [];
}

async function chooseOrder(id: string, named: readonly LogLine[], sources: TraceSources): Promise<string> {
  const isOrder = named.some((line) => ordersOf(line).includes(id));
  if (isOrder || (orderIdPattern.test(id) && (await sources.readOrder(id)))) return id;
  const byRequest = named.filter((line) => [line.fields.idempotencyKey, line.fields.traceId].includes(id));
  const [only, ...others] = [...new Set(byRequest.flatMap(ordersOf))];
  if (only === undefined) throw notFound(id, byRequest, sources.place);
  if (others.length > 0)
    throw new UsageError(
      'order_ambiguous',
      `'${id}' belongs to ${others.length + 1} orders: ${[only, ...others].slice(0, 5).join(', ')}`,
      `Name one: npm run trace -- ${only}`,
    );
  return only;
}

function notFound(id: string, requests: readonly LogLine[], place: string): CliError {
  const [request] = requests;
  const about = request ? `; a request with it was answered with ${request.fields.status}` : '';
  return new CliError(
    'order_not_found',
    `no order, idempotency key or trace is '${id}' in the lines and the store of ${place}${about}`,
    'Check the id and --stage. Lines older than --since, or than the retention of the log, are not searched.',
  );
}
