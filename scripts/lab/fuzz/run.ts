import { readFileSync } from 'node:fs';
import pLimit, { type LimitFunction } from 'p-limit';
import { isOpen, type Order } from '../../../functions/domain/order.ts';
import { readTables } from '../../sale/check/read-stores.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import { type DeployedSystem, storeNamesOf, toClientConfig } from '../../sale/deployed-quiescence.ts';
import { seed as seedProducts } from '../../sale/seed.ts';
import { generateListenerRequests, type ListenerRequest, probe, type Target } from './listeners.ts';
import { generateRaw, type RawBytes, sendRaw, unfinished } from './raw.ts';
import { type FuzzRequest, type GeneratedRequest, generateRequests } from './requests.ts';

export interface FuzzSystem extends DeployedSystem {
  readonly edgeUrl: string;
  /** All listeners, including API and edge. */
  readonly listeners: readonly Target[];
  readonly issuer: { token(request: { customer: string; admin?: boolean }): Promise<string> };
}

export interface FuzzOptions {
  /** Half come from the API's schema, half target all listeners. A tenth as many raw inputs are added. */
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

/** Sends generated bad input to every listener; none may have an effect, hang, or cause a 5xx. */
export async function fuzz(system: FuzzSystem, options: FuzzOptions): Promise<FuzzResult> {
  const { requests, seed } = options;
  const sku = `fuzz-${Date.now().toString(36)}`;
  const product = { sku, name: 'Lamp', unitPrice: 1, currency: 'EUR', peakOrdersPerSecond: 100, units: 10 } as const;
  await seedProducts(system, [product]);
  await warmUp(system.apiUrl, options.parallel);
  const before = await readStores(system);
  const inFlight = before.orders.filter(isOpen);
  const input = generateInput(requests, seed, sku);
  const { statuses, findings } = await sendAll(system, input, options);
  if (describeState(await readStores(system), inFlight) !== describeState(before, inFlight))
    findings.push('the stores have changed');
  const sent = input.forApi.length + input.forListeners.length;
  return { sent, raw: input.raw.length, statuses, findings };
}

/** Starts the functions first: on a busy machine, that takes longer than the CDN's timeout. */
async function warmUp(apiUrl: string, parallel: number): Promise<void> {
  const paths = ['/health', '/orders', '/products/none/stock'];
  const calls = paths.flatMap((path) => Array.from({ length: parallel }, () => fetch(apiUrl + path)));
  await Promise.allSettled(calls);
}

interface Input {
  readonly forApi: readonly GeneratedRequest[];
  readonly forListeners: readonly ListenerRequest[];
  readonly raw: readonly RawBytes[];
}

function generateInput(requests: number, seed: number, sku: string): Input {
  const corpus = readCorpus();
  return {
    forApi: [...corpus.requests, ...generateRequests(Math.ceil(requests / 2), seed, sku)],
    forListeners: generateListenerRequests(Math.ceil(requests / 2), seed),
    raw: [...corpus.raw, ...generateRaw(Math.ceil(requests / 10), seed)],
  };
}

/** Collects statuses and findings of a run. */
class Answers {
  readonly statuses = new Map<number, number>();
  readonly findings: string[] = [];
  readonly #onDone: ((count: number) => void) | undefined;
  #done = 0;

  constructor(onDone: ((count: number) => void) | undefined) {
    this.#onDone = onDone;
  }

  note(found: readonly number[], problem: string | undefined, input: unknown): void {
    for (const status of found) this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (problem) this.findings.push(`${problem}: ${JSON.stringify(input)}`);
    this.#onDone?.(++this.#done);
  }
}

async function sendAll(system: FuzzSystem, { forApi, ...rest }: Input, { parallel, onDone }: FuzzOptions) {
  const send = await buildSender(system);
  const answers = new Answers(onDone);
  const limit = pLimit(parallel);
  const urlFor = (index: number) => (index % 2 === 0 ? system.apiUrl : system.edgeUrl);
  const sendToApi = async ({ request, mustFail }: GeneratedRequest, index: number) => {
    const status = await send(request, urlFor(index));
    answers.note([status], findProblem(status, mustFail), request);
  };
  await Promise.all([
    ...forApi.map((one, index) => limit(() => sendToApi(one, index))),
    sendToListeners(system.listeners, rest, answers, limit),
    findHeldConnections(system.listeners).then((held) => answers.findings.push(...held)),
  ]);
  return answers;
}

/** Sends the inputs to the listeners in turn. */
async function sendToListeners(
  listeners: readonly Target[],
  { forListeners, raw }: Omit<Input, 'forApi'>,
  answers: Answers,
  limit: LimitFunction,
): Promise<void> {
  const target = (index: number) => listeners[index % listeners.length] as Target;
  const sendRequest = async (request: ListenerRequest, index: number) => {
    const { status, problem } = await probe(target(index), request, answerWithinMs);
    answers.note([status], problem, request);
  };
  const sendBytes = async (bytes: RawBytes, index: number) => {
    const { name, url } = target(index);
    const { statuses: found, hung } = await sendRaw(url, bytes, { withinMs: answerWithinMs });
    const problem = hung ? 'hang' : findProblem(Math.max(0, ...found), false);
    answers.note(found.length > 0 ? found : [0], problem && `${name}: ${problem}`, bytes);
  };
  await Promise.all([
    ...forListeners.map((one, index) => limit(() => sendRequest(one, index))),
    ...raw.map((bytes, index) => limit(() => sendBytes(bytes, index))),
  ]);
  answers.findings.push(...(await findDead(listeners)));
}

/** Fuzzes listeners without a system behind them. */
export async function fuzzListeners(
  listeners: readonly Target[],
  { requests, seed, parallel }: FuzzOptions,
): Promise<Pick<FuzzResult, 'statuses' | 'findings'>> {
  const input = {
    forListeners: generateListenerRequests(requests, seed),
    raw: generateRaw(Math.ceil(requests / 10), seed),
  };
  const answers = new Answers(undefined);
  await sendToListeners(listeners, input, answers, pLimit(parallel));
  return answers;
}

async function findHeldConnections(listeners: readonly Target[]): Promise<string[]> {
  const slow = listeners.flatMap((target) => unfinished.map((bytes) => ({ target, bytes })));
  const held = slow.map(async ({ target: { name, url }, bytes }) => {
    const { hung } = await sendRaw(url, bytes, { withinMs: answerWithinMs, keepOpen: true });
    return hung ? [`${name}: an unfinished request keeps its connection open: ${JSON.stringify(bytes)}`] : [];
  });
  return (await Promise.all(held)).flat();
}

/** Finds listeners that ended or hang. */
async function findDead(listeners: readonly Target[]): Promise<string[]> {
  const asked = { method: 'GET', path: '/', headers: {} };
  const answers = await Promise.all(listeners.map((target) => probe(target, asked, answerWithinMs)));
  return answers.flatMap(({ problem }) => (problem === undefined ? [] : [`after all: ${problem}`]));
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
 * Everything that a write could change. Orders in flight may still progress, so of those orders and their stock only
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
  return readTables(storeNamesOf(system), toClientConfig(system));
}
