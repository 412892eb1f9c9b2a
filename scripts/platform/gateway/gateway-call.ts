import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Caller, callerOf } from './callers.ts';
import type { Operation } from './counters.ts';

/** One call on its way to the engine. */
export class GatewayCall implements Operation {
  readonly service: string;
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly #gone = new AbortController();
  readonly #enginePid: number | undefined;
  #body: Promise<Buffer> | undefined;
  #caller: Caller | undefined | 'not looked for' = 'not looked for';

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
    response.once('close', () => this.#gone.abort());
  }

  /** True for the SDK of a deployed function, false for that of a script. */
  get byFunction(): boolean {
    return this.request.headers['user-agent']?.includes('exec-env/AWS_Lambda') ?? false;
  }

  /** The worker that makes the call, on Linux; undefined for other callers. */
  get caller(): Caller | undefined {
    if (this.#caller === 'not looked for') {
      this.#caller = this.#enginePid === undefined ? undefined : callerOf(this.request, this.#enginePid);
    }
    return this.#caller;
  }

  /** What the call is about: names of tables (all of a transaction, sorted), the queue, the bus; '' if it has none. */
  async resource(): Promise<string> {
    return resourceIn((await this.body()).toString('utf8'));
  }

  /** Aborts when the caller hangs up, or has its answer. */
  get callerGone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The whole body; once read, it is sent on from memory. */
  body(): Promise<Buffer> {
    this.#body ??= readAll(this.request);
    return this.#body;
  }

  get bodyIfRead(): Promise<Buffer> | undefined {
    return this.#body;
  }
}

/** What becomes of a call; undefined: it goes on. */
export type Fate =
  | undefined
  /** This is the answer, and the engine never sees the call. */
  | Response
  /** The connection ends, and the engine never sees the call. */
  | 'reset'
  /** The engine gets it two times, and the caller the second answer. */
  | 'duplicate'
  /** The engine does the work; then this runs, and the connection ends without an answer. */
  | { readonly loseAnswer: () => void };

/** Decides about a call before it goes on; the first that decides anything but 'undefined' wins. */
export type BeforeHook = (call: GatewayCall) => Fate | Promise<Fate>;

export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

interface Named {
  readonly TableName?: string;
  readonly EventBusName?: string;
}

function resourceIn(text: string): string {
  if (!text.startsWith('{')) return '';
  const body = JSON.parse(text) as Named & {
    readonly QueueUrl?: string;
    readonly RequestItems?: object;
    readonly TransactItems?: readonly Record<string, Named>[];
    readonly Entries?: readonly Named[];
  };
  const { TableName, QueueUrl, RequestItems = {}, TransactItems = [], Entries = [] } = body;
  const parts = [
    TableName,
    QueueUrl?.split('/').at(-1),
    ...Object.keys(RequestItems),
    ...TransactItems.flatMap((item) => Object.values(item).map((part) => part.TableName)),
    ...Entries.map((entry) => entry.EventBusName),
  ];
  return [...new Set(parts.filter((part) => part !== undefined))].toSorted().join('+');
}
