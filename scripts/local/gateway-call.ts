import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Operation } from './counters.ts';

/** One call on its way to the engine. */
export class GatewayCall implements Operation {
  readonly service: string;
  readonly operation: string;
  readonly request: IncomingMessage;
  readonly #gone = new AbortController();
  #body: Promise<Buffer> | undefined;

  constructor({ service, operation }: Operation, request: IncomingMessage, response: ServerResponse) {
    this.service = service;
    this.operation = operation;
    this.request = request;
    response.once('close', () => this.#gone.abort());
  }

  /** True for the SDK of a deployed function, false for that of a script. */
  get byFunction(): boolean {
    return this.request.headers['user-agent']?.includes('exec-env/AWS_Lambda') ?? false;
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
