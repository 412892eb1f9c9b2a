import type { IncomingMessage, ServerResponse } from 'node:http';
import { findTable } from '../../../stacks/model/table-shapes.ts';
import { readBody } from '../http/body.ts';
import { type Caller, findCaller } from './callers.ts';
import type { Operation } from './counters.ts';

/** One call to the engine, before it is forwarded. */
export class GatewayCall implements Operation {
  readonly service: string;
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #gone = new AbortController();
  readonly #enginePid: number | undefined;
  #body: Promise<Buffer> | undefined;
  #caller: Caller | undefined | 'not searched' = 'not searched';

  constructor(
    { service, operation }: Operation,
    {
      request,
      response,
      enginePid,
    }: { request: IncomingMessage; response: ServerResponse; enginePid?: number | undefined },
  ) {
    this.#enginePid = enginePid;
    this.service = service;
    this.operation = operation;
    this.request = request;
    this.#response = response;
    response.once('close', () => this.#gone.abort());
  }

  /** True for calls of deployed functions, false for calls of scripts. */
  get byFunction(): boolean {
    return this.request.headers['user-agent']?.includes('exec-env/AWS_Lambda') ?? false;
  }

  /** The worker that made the call, on Linux; undefined for other callers. */
  get caller(): Caller | undefined {
    if (this.#caller === 'not searched') {
      this.#caller = this.#enginePid === undefined ? undefined : findCaller(this.request, this.#enginePid);
    }
    return this.#caller;
  }

  /** The call's tables (all tables of a transaction, sorted), queue or bus; '' if there is none. */
  async resource(): Promise<string> {
    return parseResource((await this.body()).toString('utf8'));
  }

  /** The resource and, for a query, its index: `orders#open`. */
  async place(): Promise<string> {
    const text = (await this.body()).toString('utf8');
    const index = parseIndex(text);
    return parseResource(text) + (index === '' ? '' : `#${index}`);
  }

  /** Tables and indexes of a throttled DynamoDB call; empty for other services. */
  async throttledPlaces(): Promise<readonly ThrottledPlace[]> {
    if (this.service !== 'dynamodb') return [];
    const text = (await this.body()).toString('utf8');
    const index = parseIndex(text);
    const side = /^(Get|BatchGet|Query|Scan|TransactGet)/.test(this.operation) ? 'read' : 'write';
    const names = parseResource(text).split('+').filter(Boolean);
    return names.map((name) => ({ table: findTable(name) ?? name, index, side }));
  }

  /** Called with the status when the call is answered, but not if its caller hangs up. */
  onAnswered(told: (status: number) => void): void {
    this.#response.once('finish', () => told(this.#response.statusCode));
  }

  /** Aborts when the caller hangs up or has been answered. */
  get callerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Reads the whole body, which is then forwarded from memory. */
  body(): Promise<Buffer> {
    this.#body ??= readBody(this.request);
    return this.#body;
  }

  get bodyIfRead(): Promise<Buffer> | undefined {
    return this.#body;
  }
}

export interface ThrottledPlace extends Readonly<Record<string, string>> {
  readonly table: string;
  /** Empty for the table itself. */
  readonly index: string;
  readonly side: 'read' | 'write';
}

/** Outcome of a call; undefined: the next hook decides, or the call is forwarded. */
export type Fate =
  | undefined
  /** The gateway sends this response; the engine never sees the call. */
  | Response
  /** The connection is reset; the engine never sees the call. */
  | 'reset'
  /** The engine gets the call twice; the caller gets the second response. */
  | 'duplicate'
  /** The engine executes the call, then `loseAnswer` runs and the connection closes without a response. */
  | { readonly loseAnswer: () => void };

/** Runs before a call is forwarded. The first hook that returns an outcome wins. */
export type BeforeHook = (call: GatewayCall) => Fate | Promise<Fate>;

const parseIndex = (text: string): string => /"IndexName"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? '';

interface Named {
  readonly TableName?: string;
  readonly EventBusName?: string;
}

/** An unreadable body names no resource; the engine answers it. */
function parseResource(text: string): string {
  try {
    return toResource(JSON.parse(text) as Body);
  } catch {
    return '';
  }
}

interface Body extends Named {
  readonly QueueUrl?: string;
  readonly SecretId?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly Record<string, Named>[];
  readonly Entries?: readonly Named[];
}

function toResource({
  TableName,
  QueueUrl,
  SecretId,
  RequestItems = {},
  TransactItems = [],
  Entries = [],
}: Body): string {
  const parts = [
    TableName,
    QueueUrl?.split('/').at(-1),
    SecretId,
    ...Object.keys(RequestItems),
    ...TransactItems.flatMap((item) => Object.values(item).map((part) => part.TableName)),
    ...Entries.map((entry) => entry.EventBusName),
  ];
  return [...new Set(parts.filter((part) => part !== undefined))].toSorted().join('+');
}
