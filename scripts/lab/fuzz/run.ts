import { readFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { readTables } from '../../sale/check/read-stores.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import { clientConfigOf, type DeployedSystem, storeNamesOf } from '../../sale/deployed-quiescence.ts';
import { seed as seedProducts } from '../../sale/seed.ts';
import { generateRaw, type RawBytes, sendRaw, unfinished } from './raw.ts';
import { type FuzzRequest, type GeneratedRequest, generateRequests } from './requests.ts';

export interface FuzzSystem extends DeployedSystem {
  readonly edgeUrl: string;
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

export interface FuzzOptions {
  /** Requests by the API's schema; on top of them a tenth as many in raw bytes. */
  readonly requests: number;
  readonly seed: number;
  readonly parallel: number;
  readonly onDone?: (count: number) => void;
}

export interface FuzzResult {
  readonly sent: number;
  readonly raw: number;
  /** Answers by status; 0: the connection ended without one, which only raw bytes may meet. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What must not be, each with the input, ready for the corpus. */
  readonly findings: readonly string[];
}

export interface Corpus {
  readonly requests: readonly GeneratedRequest[];
  readonly raw: readonly RawBytes[];
}

/** A whole request, answered by one function after a cold start on a busy machine. */
const answerWithinMs = 30_000;

/** Inputs that were worth keeping: each run sends them too. */
export function readCorpus(): Corpus {
  const file = new URL('../../../test/integration/corpus/bad-input.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Corpus;
}

/** Sends generated bad input through the API and through the edge; none of it may have an effect, hang, or meet a 5xx. */
export async function fuzz(system: FuzzSystem, options: FuzzOptions): Promise<FuzzResult> {
  const { requests, seed, parallel, onDone } = options;
  const sku = `fuzz-${Date.now().toString(36)}`;
  const product = { sku, name: 'Lamp', unitPrice: 1, currency: 'EUR', peakOrdersPerSecond: 100, units: 10 } as const;
  await seedProducts(system, [product]);
  const corpus = readCorpus();
  const before = await read(system);
  const onTheirWay = before.orders.filter(isOpen);
  const send = await sender(system);
  const statuses = new Map<number, number>();
  const findings: string[] = [];
  let done = 0;
  const limit = pLimit(parallel);
  const note = (found: readonly number[], problem: string | undefined, input: unknown) => {
    for (const status of found) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (problem) findings.push(`${problem}: ${JSON.stringify(input)}`);
    onDone?.(++done);
  };
  const all = [...corpus.requests, ...generateRequests(requests, seed, sku)];
  const raw = [...corpus.raw, ...generateRaw(Math.ceil(requests / 10), seed)];
  const slow = [system.apiUrl, system.edgeUrl].flatMap((url) => unfinished.map((bytes) => ({ url, bytes })));
  await Promise.all([
    ...slow.map(async ({ url, bytes }) => {
      const { hung } = await sendRaw(url, bytes, { withinMs: answerWithinMs, keepOpen: true });
      if (hung) findings.push(`an unfinished request holds its connection: ${JSON.stringify(bytes)}`);
    }),
    ...all.map((one, index) =>
      limit(async () => {
        const status = await send(one.request, index % 2 === 0 ? system.apiUrl : system.edgeUrl);
        note([status], problemOf(status, one.mustFail), one.request);
      }),
    ),
    ...raw.map((bytes, index) =>
      limit(async () => {
        const url = index % 2 === 0 ? system.apiUrl : system.edgeUrl;
        const outcome = await sendRaw(url, bytes, { withinMs: answerWithinMs });
        const worst = Math.max(0, ...outcome.statuses);
        note(
          outcome.statuses.length > 0 ? outcome.statuses : [0],
          outcome.hung ? 'hang' : problemOf(worst, false),
          bytes,
        );
      }),
    ),
  ]);
  if (stateOf(await read(system), onTheirWay) !== stateOf(before, onTheirWay))
    findings.push('the stores are not what they were');
  return { sent: all.length, raw: raw.length, statuses, findings };
}

function problemOf(status: number, mustFail: boolean): string | undefined {
  if (status >= 500) return `answered ${status}`;
  if (status === -1) return 'hang';
  return mustFail && status < 400 ? `answered ${status}, should be refused` : undefined;
}

/** The status; -1 when there was no answer in time, 0 when there was none at all. */
async function sender(system: FuzzSystem): Promise<(request: FuzzRequest, url: string) => Promise<number>> {
  const [customer, admin] = await Promise.all([
    system.issuer.token({ customer: 'fuzz' }),
    system.issuer.token({ customer: 'fuzz-admin', admin: true }),
  ]);
  const tokens = { customer, admin, garbage: 'not.a.token' };
  return async ({ method, path, token, headers, body }, url) => {
    try {
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(token !== 'none' && { authorization: `Bearer ${tokens[token]}` }) },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(answerWithinMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch (error) {
      return (error as Error).name === 'TimeoutError' ? -1 : 0;
    }
  };
}

/**
 * All that a write could change. Orders of others that were on their way before may go on: of those, and of the stock that
 * they move, only what never changes counts.
 */
function stateOf({ products, shards, supplies, orders, events }: Stores, onTheirWay: readonly Order[]): string {
  const [moving, movingStock] = [new Set(idsOf(onTheirWay)), new Set(onTheirWay.map(({ sku }) => sku))];
  const rows: object[][] = [
    [...products],
    [...supplies],
    orders.map((order) => (moving.has(order.orderId) ? immutable(order) : order)),
    shards.map((one) => (movingStock.has(one.sku) ? { ...one, left: 'moving' } : one)),
    events.filter(({ order }) => !moving.has(order.orderId)),
  ];
  return rows
    .map((kind) =>
      kind
        .map((row) => JSON.stringify(row))
        .toSorted()
        .join('\n'),
    )
    .join('\n');
}

const idsOf = (orders: readonly Order[]) => orders.map(({ orderId }) => orderId);
const immutable = ({ orderId, customer, sku, quantity, unitPrice, acceptedAt }: Order) => ({
  ...{ orderId, customer, sku, quantity, unitPrice, acceptedAt },
});

async function read(system: DeployedSystem): Promise<Stores> {
  return readTables(storeNamesOf(system), clientConfigOf(system));
}
