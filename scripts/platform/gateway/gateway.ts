import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { engineDown, Forwarder, type Upstream } from '../http/forward.ts';
import { engineGuard, type Guard } from '../http/guard.ts';
import { type Listener, listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import { CallRecord, recordPath } from './call-record.ts';
import { CallCounters, readOperation } from './counters.ts';
import { answerFaults, faultsPath } from './faults/control.ts';
import { Faults } from './faults/faults.ts';
import { type BeforeHook, type Fate, GatewayCall, readAll } from './gateway-call.ts';

/** Sees the bodies of some calls. Learns that the engine accepted one before the caller does. */
export interface CallWatcher {
  readonly watches: (method: string, url: string) => boolean;
  readonly accepted: (url: string, body: Buffer) => void;
}

/** Path on the gateway: calls per service and operation, for scripts and tests in other processes. */
export const callsPath = '/_platform/calls';

const discardedAnswerTimeoutMs = 10_000;

/** The only entrance to the engine. It guards and counts calls, and hooks can answer in the engine's place. */
export class Gateway {
  readonly faults = new Faults();
  readonly record = new CallRecord();
  readonly before: BeforeHook[] = [this.record.hook, this.faults.hook];
  readonly watchers: CallWatcher[] = [];
  readonly counters = new CallCounters();
  #listener: Listener | undefined;
  #forwarder: Forwarder | undefined;
  #guard: Guard = () => undefined;

  /** Listens before the engine starts, because the engine needs this port. Until `connect`, calls get 503. */
  async start(): Promise<void> {
    this.#listener = await listen(0, 'the gateway', (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.destroy();
        // A caller that hangs up in the middle of its body is not an error.
        if (!request.destroyed) throw error;
      });
    });
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
    if (request.url === callsPath) return sendJson(response, 200, this.counters.snapshot());
    if (request.url === faultsPath) return answerFaults(this.faults, request, response);
    if (request.url === recordPath) return this.#answerRecord(request, response);
    const { enginePid } = this.faults;
    const call = new GatewayCall(await readOperation(request), { request, response, enginePid });
    this.counters.count(call);
    for (const hook of this.before) {
      const fate = await hook(call);
      if (fate) return this.#apply(fate, call, response);
    }
    // The caller gave up while a hook held the call. As on a real network, the call may still arrive.
    if (response.destroyed) return call.bodyIfRead && this.#forwardAndDiscard(call);
    await this.#forward(call, response);
  }

  #answerRecord({ method }: IncomingMessage, response: ServerResponse): void {
    if (method === 'PUT') this.record.begin();
    sendJson(response, 200, this.record.read());
    if (method === 'DELETE') this.record.end();
  }

  async #apply(fate: NonNullable<Fate>, call: GatewayCall, response: ServerResponse): Promise<void> {
    if (fate instanceof Response) return sendAnswer(response, fate);
    if (fate === 'reset') return void response.socket?.resetAndDestroy();
    if (fate === 'duplicate') {
      await this.#forwardAndDiscard(call);
      return this.#forward(call, response);
    }
    const lose = () => {
      fate.loseAnswer();
      response.socket?.destroy();
    };
    await this.#forward(call, response, lose);
  }

  /** `onAnswered` runs after the engine's work and before its answer is sent. */
  async #forward(call: GatewayCall, response: ServerResponse, onAnswered?: () => void): Promise<void> {
    if (!this.#forwarder) return sendProblem(response, engineDown);
    const { method = '', url = '' } = call.request;
    const watcher = this.watchers.find(({ watches }) => watches(method, url));
    const body = await (watcher ? call.body() : call.bodyIfRead);
    const onHeaders = (status: number, headers: string[]) => {
      if (watcher && body && status < 300) watcher.accepted(url, body);
      onAnswered?.();
      return headers;
    };
    await this.#forwarder.forward(call.request, response, { onHeaders, ...(body && { body }) });
  }

  /** Forwards a call and discards its answer, which no caller waits for. */
  async #forwardAndDiscard(call: GatewayCall): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = call.request;
    const body = Readable.from(await call.body());
    const signal = AbortSignal.timeout(discardedAnswerTimeoutMs);
    const answer = await this.#forwarder?.exchange({ method, path, headers, body, signal }).catch(() => undefined);
    if (answer) await readAll(answer);
  }
}

async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) });
  response.end(body);
}
