import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../../cli/cli.ts';
import { checkLength, limitBody, tooLong } from './body.ts';
import { type Guard, hostCheck, programsOnly } from './guard.ts';
import { type Problem, sendProblem } from './problem.ts';

/** The only interface that the platform listens on. */
export const loopback = '127.0.0.1';

/** Answers one request. The path of `url` starts with a slash; any error thrown becomes a 500. */
export type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

export interface ListenOptions {
  /** Checks the caller after the Host header; by default it rejects web pages. */
  readonly guard?: Guard;
  /** Default 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Limits of Node's server; overridden in tests. */
  readonly limits?: Partial<Pick<ServerOptions, 'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'>>;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Limits how long a slow sender can hold a connection: for the headers, and for the whole request. */
const slowest = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2_000 };
const usualMaxBodyBytes = 64 * 1024;

const open = new Set<Listener>();

/** The listeners of this process, with their names. */
export function openListeners(): readonly Listener[] {
  return [...open];
}

/**
 * Listens on loopback; port 0 picks a free one. All servers of the project are created here, so that all of them treat
 * foreign hosts and pages, malformed targets, long bodies, slow senders and errors alike.
 */
export async function listen(
  port: number,
  name: string,
  answer: Answer,
  { guard = programsOnly, maxBodyBytes = usualMaxBodyBytes, limits = {} }: ListenOptions = {},
): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 75_000, ...slowest, ...limits });
  await bind(server, port, name);
  const { port: boundPort } = server.address() as AddressInfo;
  const checkHost = hostCheck(boundPort);
  const check = (request: IncomingMessage, url: URL | undefined) =>
    checkHost(request) ?? (url ? guard(request, url) : badTarget) ?? checkLength(request, maxBodyBytes);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    limitBody(request, maxBodyBytes, () => sendProblem(response, tooLong(maxBodyBytes)));
    void handle({ name, check, answer }, request, response);
  });
  const listener: Listener = {
    name,
    port: boundPort,
    url: `http://${loopback}:${boundPort}`,
    close: () => {
      open.delete(listener);
      return close(server);
    },
  };
  open.add(listener);
  return listener;
}

interface Handling {
  readonly name: string;
  readonly check: (request: IncomingMessage, url: URL | undefined) => Problem | undefined;
  readonly answer: Answer;
}

/** Never rejects. */
async function handle({ name, check, answer }: Handling, request: IncomingMessage, response: ServerResponse) {
  try {
    const url = parseTarget(request.url ?? '');
    const problem = check(request, url);
    if (problem || !url) sendProblem(response, problem ?? badTarget);
    else await answer(request, response, url);
  } catch (error) {
    // Not our error if the caller hung up in the middle of its body, or was told that the body is too long.
    if (request.destroyed || response.writableEnded) return;
    process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
    sendProblem(response, failed);
  }
}

const badTarget: Problem = {
  status: 400,
  code: 'target_refused',
  title: 'Bad Request',
  detail: 'The request target must be a path, such as /products?limit=5.',
};

const failed: Problem = {
  status: 500,
  code: 'platform_failed',
  title: 'Internal Server Error',
  detail: "The local platform made an error. The platform's terminal shows it.",
};

/** Accepts only the origin form (RFC 9112, 3.2.1); targets of CONNECT, proxies and `OPTIONS *` have no meaning here. */
function parseTarget(target: string): URL | undefined {
  return target.startsWith('/') ? (URL.parse(`http://${loopback}${target}`) ?? undefined) : undefined;
}

function bind(server: Server, port: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(describe(error, port, what)));
    server.listen(port, loopback, resolve);
  });
}

function describe(error: NodeJS.ErrnoException, port: number, what: string): Error {
  if (error.code === 'EADDRINUSE')
    return new CliError(
      'port_taken',
      `port ${port} of ${loopback} for ${what} is taken`,
      'Choose another: --port N, or --port 0 for any free one.',
    );
  if (error.code === 'EACCES')
    return new CliError(
      'port_refused',
      `port ${port} for ${what} is not allowed for this user`,
      'Choose one above 1023: --port N.',
    );
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
