import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { request as httpsRequest, Agent as SecureAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { type Problem, sendProblem } from './problem.ts';

/** Address of the engine. */
export type Upstream = { readonly socketPath: string } | { readonly url: URL };

export interface Forwarding {
  /** Path and query; default: the request's own. */
  readonly path?: string;
  /** Host header; default: the request's own. */
  readonly host?: string;
  /** Name, value, name, value ...; default: the request's own. */
  readonly headers?: readonly string[];
  /** The body, if it was already read from the request. */
  readonly body?: Buffer;
  /** Sees and may replace the response headers (name, value, name, value ...) before they are sent. */
  readonly onHeaders?: (status: number, headers: string[]) => string[];
}

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Readable | undefined;
  readonly signal: AbortSignal;
}

/** Headers about one connection, not about the message (RFC 9110, 7.6.1); Node writes its own. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect']);

export const engineDown: Problem = {
  status: 503,
  code: 'engine_unavailable',
  title: 'Service Unavailable',
  detail: "The local engine does not answer. If it exited, its log and the platform's terminal say why.",
  retryAfterSeconds: 1,
};

/** Streams requests to one upstream over keep-alive connections, and its responses back. */
export class Forwarder {
  readonly #upstream: Upstream;
  readonly #agent: Agent;
  readonly #send: typeof httpRequest;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
    const secure = 'url' in upstream && upstream.url.protocol === 'https:';
    // An external engine may close idle connections after 5 s, so close them earlier here.
    const idle = 'url' in upstream ? { timeout: 4_000 } : {};
    this.#agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxFreeSockets: 64, ...idle });
    this.#send = secure ? httpsRequest : httpRequest;
  }

  /** Resolves when the exchange is over, successful or not. */
  forward(request: IncomingMessage, response: ServerResponse, options: Forwarding = {}): Promise<void> {
    return new Promise((resolve) => {
      const upstream = this.#send(this.#target(request, options));
      response.once('close', () => {
        upstream.destroy();
        resolve();
      });
      upstream.once('response', (answer) => passBack(answer, response, options));
      upstream.once('error', () => {
        if (!response.destroyed) sendProblem(response, engineDown);
      });
      if (options.body) upstream.end(options.body);
      else request.pipe(upstream);
      request.once('error', () => upstream.destroy());
    });
  }

  /** Sends one request and resolves with its response, whose body is not read yet. Rejects without a response. */
  exchange({ method, path, headers, body, signal }: Exchange): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const upstream = this.#send({ ...this.#address(path), method, headers, signal });
      upstream.once('response', resolve);
      // An abort in the middle of the body arrives as an error on the request, after the response.
      upstream.on('error', reject);
      if (body) body.pipe(upstream);
      else upstream.end();
      body?.once('error', () => upstream.destroy());
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #target(request: IncomingMessage, options: Forwarding): RequestOptions {
    const path = options.path ?? request.url ?? '/';
    const headers = endToEnd(options.headers ?? request.rawHeaders, options.host);
    return { ...this.#address(path), method: request.method ?? 'GET', headers };
  }

  #address(path: string): RequestOptions {
    const common = { agent: this.#agent, path };
    if ('socketPath' in this.#upstream) return { ...common, socketPath: this.#upstream.socketPath };
    const { hostname, port, protocol } = this.#upstream.url;
    return { ...common, hostname, port: port === '' ? undefined : port, protocol } as RequestOptions;
  }
}

function passBack(answer: IncomingMessage, response: ServerResponse, options: Forwarding): void {
  const status = answer.statusCode ?? 502;
  const headers = endToEnd(answer.rawHeaders);
  response.writeHead(status, answer.statusMessage ?? '', options.onHeaders?.(status, headers) ?? headers);
  answer.pipe(response);
  answer.once('error', () => response.destroy());
}

function endToEnd(rawHeaders: readonly string[], host?: string): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    if (hopByHop.has(name.toLowerCase())) continue;
    kept.push(name, host !== undefined && name.toLowerCase() === 'host' ? host : value);
  }
  return kept;
}
