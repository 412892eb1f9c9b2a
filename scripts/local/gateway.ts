import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallCounters, type Operation, operationOf } from './counters.ts';
import { engineDown, Forwarder, type Upstream } from './forward.ts';
import { engineGuard, type Guard } from './guard.ts';
import { type Listener, listen } from './listen.ts';
import { sendProblem } from './problem.ts';

export interface GatewayRequest extends Operation {
  readonly request: IncomingMessage;
}

/** Runs before a call goes on; a returned Response is the answer, and the engine never sees the call. */
export type BeforeHook = (call: GatewayRequest) => undefined | Response | Promise<undefined | Response>;

/** Sees the body of some calls, and is told when the engine has accepted one, before its caller is. */
export interface CallWatcher {
  readonly watches: (method: string, url: string) => boolean;
  readonly accepted: (url: string, body: Buffer) => void;
}

/** The gateway's own page: calls per service and operation, for scripts and tests in other processes. */
export const callsPath = '/_platform/calls';

/** The one way in to the engine: guarded, counted, and open to hooks that answer in its place. */
export class Gateway {
  readonly before: BeforeHook[] = [];
  readonly watchers: CallWatcher[] = [];
  readonly counters = new CallCounters();
  #listener: Listener | undefined;
  #forwarder: Forwarder | undefined;
  #guard: Guard = () => undefined;

  /** Listens before the engine starts, because the engine has to know this port; until then calls get 503. */
  async start(): Promise<void> {
    this.#listener = await listen(0, 'the gateway', (request, response) => void this.#handle(request, response));
    this.#guard = engineGuard(this.#listener.port);
  }

  connect(upstream: Upstream): Forwarder {
    this.#forwarder?.close();
    this.#forwarder = new Forwarder(upstream);
    return this.#forwarder;
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  get url(): string {
    return this.#listener?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#listener?.close();
    this.#forwarder?.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const problem = this.#guard(request.headers);
    if (problem) return sendProblem(response, problem);
    if (request.url === callsPath) return sendJson(response, this.counters.snapshot());
    const operation = await operationOf(request);
    this.counters.count(operation);
    for (const hook of this.before) {
      const answer = await hook({ ...operation, request });
      if (answer) return sendAnswer(response, answer);
    }
    if (!this.#forwarder) return sendProblem(response, engineDown);
    const watcher = this.watchers.find(({ watches }) => watches(request.method ?? '', request.url ?? ''));
    if (watcher) return forwardWatched(this.#forwarder, watcher, request, response);
    await this.#forwarder.forward(request, response);
  }
}

async function forwardWatched(
  forwarder: Forwarder,
  watcher: CallWatcher,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const onHeaders = (status: number, headers: string[]) => {
    if (status < 300) watcher.accepted(request.url ?? '', body);
    return headers;
  };
  await forwarder.forward(request, response, { body, onHeaders });
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) });
  response.end(body);
}
