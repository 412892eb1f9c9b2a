import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { readBody } from '../http/body.ts';
import { type Exchange, engineDown, Forwarder, type Upstream } from '../http/forward.ts';
import { type Answer, type Listener, listen } from '../http/listen.ts';
import { sendProblem } from '../http/problem.ts';
import { sendJson } from '../http/send-json.ts';
import { authenticate, type RunKey } from './authenticate.ts';
import { CallRecord, recordPath } from './call-record.ts';
import { CallCounters, readOperation } from './counters.ts';
import { answerFaults, faultsPath } from './faults/control.ts';
import { Faults } from './faults/faults.ts';
import { FunctionCalls } from './function-calls.ts';
import { type BeforeHook, type Fate, GatewayCall, type ThrottledPlace } from './gateway-call.ts';
import type { Network, OnHeaders, Route } from './network.ts';
import { refusalAnswer } from './refusal-answer.ts';
import { Sessions } from './sessions.ts';
import { parseClaim, signAnew } from './signature.ts';

/** Sees the bodies of some calls, and is told of an accepted call before its caller is. */
export interface CallWatcher {
  readonly watches: (method: string, url: string) => boolean;
  readonly accepted: (url: string, body: Buffer) => void;
}

/** Path on the gateway: calls per service and operation, for scripts and tests in other processes. */
export const callsPath = '/_platform/calls';

const discardedAnswerTimeoutMs = 10_000;
/** Misdirected Request (RFC 9110): the engine does not serve that region. */
const misdirected = 421;
/** Above Lambda's limit for a directly uploaded package: 50 MB, in base64. */
const maxBodyBytes = 70 * 1024 * 1024;

/** The only way to reach the engine. Checks and counts calls; hooks can answer in the engine's place. */
export class Gateway {
  readonly faults = new Faults();
  readonly record = new CallRecord();
  readonly functionCalls = new FunctionCalls();
  readonly before: BeforeHook[] = [this.record.hook, this.functionCalls.hook, this.faults.hook];
  readonly watchers: CallWatcher[] = [];
  readonly counters = new CallCounters();
  /** Called with each call's status; 0 if its caller hung up or was cut off. */
  onAnswered: ((call: GatewayCall, status: number) => void) | undefined;
  /** Called for each throttled call, with the tables and indexes. */
  onThrottled: ((call: GatewayCall, places: readonly ThrottledPlace[]) => void) | undefined;
  readonly #network: Network | undefined;
  #listener: Listener | undefined;
  #forwarder: Forwarder | undefined;
  #key: RunKey | undefined;
  #sessions = new Sessions();

  /** @param network connects the other regions of the run */
  constructor(network?: Network) {
    this.#network = network;
  }

  /** Listens before the engine starts, because the engine needs the port. Until `connect`, calls get 503. */
  async start(): Promise<void> {
    const handle: Answer = (request, response, url) => this.#handle(request, response, url);
    this.#listener = await listen(0, 'the gateway', handle, { maxBodyBytes });
  }

  /** Starts forwarding calls that are signed with this key. */
  connect(upstream: Upstream, key: RunKey): Forwarder {
    const otherRegions = this.#network?.regions.filter((region) => region !== key.region) ?? [];
    this.#key = { ...key, otherRegions };
    this.#sessions = new Sessions();
    this.#network?.join(key.region, this);
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

  async #handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.url === callsPath) return sendJson(response, 200, this.counters.snapshot());
    if (request.url === faultsPath) return answerFaults(this.faults, request, response);
    if (request.url === recordPath) return this.#answerRecord(request, response);
    if (!this.#key) return sendProblem(response, engineDown);
    const { enginePid } = this.faults;
    const call = new GatewayCall(await readOperation(request, url), { request, response, enginePid });
    const known = { key: this.#key, sessions: this.#sessions };
    const refusal = await authenticate(known, { request, url, readBody: () => call.body() }, Date.now());
    if (refusal) return sendAnswer(response, refusalAnswer(request, url, refusal));
    this.counters.count(call);
    if (this.onAnswered) this.#tellWhenAnswered(call, response);
    for (const hook of this.before) {
      const fate = await hook(call);
      if (fate) return this.#apply(fate, call, response);
    }
    // The caller gave up while a hook delayed the call. As on a real network, the call may still arrive.
    if (response.destroyed) return call.bodyIfRead && this.#forwardAndDiscard(call);
    await this.#forward(call, response);
  }

  /**
   * Takes a call from another region. This engine does not know the caller; the other region's engine has authorized
   * it.
   */
  async receive(call: GatewayCall, response: ServerResponse, onHeaders: OnHeaders): Promise<void> {
    if (!this.#forwarder) return sendProblem(response, engineDown);
    const body = await call.body();
    await this.#forwarder.forward(call.request, response, { headers: this.#sign(call, body), body, onHeaders });
  }

  /** Like `receive`, but discards the answer. */
  async receiveAndDiscard(call: GatewayCall): Promise<void> {
    const body = await call.body();
    const signed = this.#sign(call, body);
    const headers = Object.fromEntries(
      Array.from({ length: signed.length / 2 }, (_, i) => signed.slice(2 * i, 2 * i + 2)),
    );
    await this.#discard({ method: 'POST', path: call.request.url ?? '/', headers, body });
  }

  #sign(call: GatewayCall, body: Buffer): string[] {
    const { request, service } = call;
    if (!this.#key) throw new Error('the gateway is not connected');
    return signAnew({ request, url: toUrl(request), body }, this.#key, { service, now: Date.now() });
  }

  #tellWhenAnswered(call: GatewayCall, response: ServerResponse): void {
    response.once('close', () => this.onAnswered?.(call, response.writableFinished ? response.statusCode : 0));
  }

  #answerRecord({ method }: IncomingMessage, response: ServerResponse): void {
    if (method === 'PUT') this.record.begin();
    sendJson(response, 200, this.record.read());
    if (method === 'DELETE') this.record.end();
  }

  async #apply(fate: NonNullable<Fate>, call: GatewayCall, response: ServerResponse): Promise<void> {
    if (fate instanceof Response) {
      if (this.onThrottled && (await isThrottling(fate))) this.onThrottled(call, await call.throttledPlaces());
      return sendAnswer(response, fate);
    }
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

  /** `onAnswered` runs after the engine has executed the call and before its answer is sent. */
  async #forward(call: GatewayCall, response: ServerResponse, onAnswered?: () => void): Promise<void> {
    if (!this.#forwarder) return sendProblem(response, engineDown);
    const abroad = this.#findOtherRegion(call);
    if (abroad !== undefined) return this.#forwardAbroad(call, response, { to: abroad, onAnswered });
    if (call.service === 'sts' && !this.#key?.engineChecksSessions)
      return this.#forwardAndLearn(call, response, onAnswered);
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

  /** The response may issue a session, whose calls come through this gateway. */
  async #forwardAndLearn(call: GatewayCall, response: ServerResponse, onAnswered?: () => void): Promise<void> {
    const { method = '', url: path = '/', headers } = call.request;
    const answer = await this.#exchange({ method, path, headers, body: await call.body() });
    if (!answer) return sendProblem(response, engineDown);
    this.#sessions.learn(answer.body.toString());
    onAnswered?.();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #findOtherRegion({ request }: GatewayCall): string | undefined {
    if (!this.#network) return undefined;
    const claim = parseClaim(request, toUrl(request));
    return 'code' in claim || claim.region === this.#key?.region ? undefined : claim.region;
  }

  /** The engine here only checks signature and role; it does not execute calls to other regions: see engine.py. */
  async #forwardAbroad(
    call: GatewayCall,
    response: ServerResponse,
    { to, onAnswered }: { readonly to: string; readonly onAnswered: (() => void) | undefined },
  ): Promise<void> {
    const { method = '', url: path = '/', headers } = call.request;
    const answer = await this.#exchange({ method, path, headers, body: await call.body() });
    if (!answer || !this.#network) return sendProblem(response, engineDown);
    const onHeaders: OnHeaders = (_status, answered) => {
      onAnswered?.();
      return answered;
    };
    if (answer.status === misdirected) return this.#network.deliver(this.#routeTo(to), call, response, onHeaders);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #routeTo(to: string): Route {
    return { from: this.#key?.region ?? '', to };
  }

  /** Forwards a call and discards its answer, because its caller has gone. */
  async #forwardAndDiscard(call: GatewayCall): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = call.request;
    const status = await this.#discard({ method, path, headers, body: await call.body() });
    const abroad = this.#findOtherRegion(call);
    if (status === misdirected && abroad !== undefined)
      await this.#network?.deliverAndDiscard(this.#routeTo(abroad), call);
  }

  async #discard(sent: Sent): Promise<number | undefined> {
    return (await this.#exchange(sent))?.status;
  }

  /** Undefined if the engine does not answer. */
  async #exchange({ body, ...sent }: Sent) {
    const signal = AbortSignal.timeout(discardedAnswerTimeoutMs);
    const answer = await this.#forwarder
      ?.exchange({ ...sent, body: Readable.from(body), signal })
      .catch(() => undefined);
    return answer && { status: answer.statusCode ?? 502, headers: answer.headers, body: await readBody(answer) };
  }
}

interface Sent extends Omit<Exchange, 'body' | 'signal'> {
  readonly body: Buffer;
}

const toUrl = ({ url }: IncomingMessage): URL => new URL(url ?? '/', 'http://localhost');

/**
 * Throttling errors by service: `ProvisionedThroughputExceeded`, `ThrottlingError` in a transaction,
 * `RequestThrottled`.
 */
async function isThrottling(answer: Response): Promise<boolean> {
  return answer.status >= 400 && /Throttl|ThroughputExceeded/.test(await answer.clone().text());
}

async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': String(body.length) });
  response.end(body);
}
