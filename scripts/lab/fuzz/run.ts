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
  /** Requests generated from the API's schema; a tenth as many raw inputs are added. */
  readonly requests: number;
  readonly seed: number;
  readonly parallel: number;
  readonly onDone?: (count: number) => void;
}

export interface FuzzResult {
  readonly sent: number;
  readonly raw: number;
  /** Answers by status. 0: no answer, allowed for raw bytes only. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Violations, each with its input ready for the corpus. */
  readonly findings: readonly string[];
}

export interface Corpus {
  readonly requests: readonly GeneratedRequest[];
  readonly raw: readonly RawBytes[];
}

/** Allows for a cold start on a busy machine. */
const answerWithinMs = 30_000;

/** Inputs kept from earlier findings; every run sends them. */
export function readCorpus(): Corpus {
  const file = new URL('../../../test/integration/corpus/bad-input.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Corpus;
}

/** Sends generated bad input to the API and the edge; none may have an effect, hang, or cause a 5xx. */
export async function fuzz(system: FuzzSystem, options: FuzzOptions): Promise<FuzzResult> {
  const { requests, seed } = options;
  const sku = `fuzz-${Date.now().toString(36)}`;
  const product = { sku, name: 'Lamp', unitPrice: 1, currency: 'EUR', peakOrdersPerSecond: 100, units: 10 } as const;
  await seedProducts(system, [product]);
  const corpus = readCorpus();
  const before = await readStores(system);
  const inFlight = before.orders.filter(isOpen);
  const all = [...corpus.requests, ...generateRequests(requests, seed, sku)];
  const raw = [...corpus.raw, ...generateRaw(Math.ceil(requests / 10), seed)];
  const { statuses, findings } = await sendAll(system, all, raw, options);
  if (describeState(await readStores(system), inFlight) !== describeState(before, inFlight))
    findings.push('the stores have changed');
  return { sent: all.length, raw: raw.length, statuses, findings };
}

async function sendAll(
  system: FuzzSystem,
  all: readonly GeneratedRequest[],
  raw: readonly RawBytes[],
  { parallel, onDone }: FuzzOptions,
) {
  const send = await buildSender(system);
  const statuses = new Map<number, number>();
  const findings: string[] = [];
  let done = 0;
  const limit = pLimit(parallel);
  const urlFor = (index: number) => (index % 2 === 0 ? system.apiUrl : system.edgeUrl);
  const note = (found: readonly number[], problem: string | undefined, input: unknown) => {
    for (const status of found) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (problem) findings.push(`${problem}: ${JSON.stringify(input)}`);
    onDone?.(++done);
  };
  const sendRequest = async ({ request, mustFail }: GeneratedRequest, index: number) => {
    const status = await send(request, urlFor(index));
    note([status], findProblem(status, mustFail), request);
  };
  const sendBytes = async (bytes: RawBytes, index: number) => {
    const { statuses: found, hung } = await sendRaw(urlFor(index), bytes, { withinMs: answerWithinMs });
    const problem = hung ? 'hang' : findProblem(Math.max(0, ...found), false);
    note(found.length > 0 ? found : [0], problem, bytes);
  };
  await Promise.all([
    findHeldConnections(system).then((held) => findings.push(...held)),
    ...all.map((one, index) => limit(() => sendRequest(one, index))),
    ...raw.map((bytes, index) => limit(() => sendBytes(bytes, index))),
  ]);
  return { statuses, findings };
}

async function findHeldConnections({ apiUrl, edgeUrl }: FuzzSystem): Promise<string[]> {
  const slow = [apiUrl, edgeUrl].flatMap((url) => unfinished.map((bytes) => ({ url, bytes })));
  const held = slow.map(async ({ url, bytes }) => {
    const { hung } = await sendRaw(url, bytes, { withinMs: answerWithinMs, keepOpen: true });
    return hung ? [`an unfinished request keeps its connection open: ${JSON.stringify(bytes)}`] : [];
  });
  return (await Promise.all(held)).flat();
}

function findProblem(status: number, mustFail: boolean): string | undefined {
  if (status >= 500) return `answered ${status}`;
  if (status === -1) return 'hang';
  return mustFail && status < 400 ? `answered ${status}, must be refused` : undefined;
}

/** Builds a sender that returns the status; -1: timeout, 0: no answer. */
async function buildSender(system: FuzzSystem): Promise<(request: FuzzRequest, url: string) => Promise<number>> {
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
 * Everything that a write could change. Orders already in flight may progress; of them, and of the stock they move, only
 * immutable fields count.
 */
function describeState({ products, shards, supplies, orders, events }: Stores, inFlight: readonly Order[]): string {
  const [moving, movingStock] = [new Set(idsOf(inFlight)), new Set(inFlight.map(({ sku }) => sku))];
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

async function readStores(system: DeployedSystem): Promise<Stores> {
  return readTables(storeNamesOf(system), clientConfigOf(system));
}
