import type { ServerResponse } from 'node:http';

/** An RFC 9457 answer of the local platform itself (not of the API behind it). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
}

export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { retryAfterSeconds, ...body } = problem;
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    // The request's body may still be on its way: answering early on a kept connection would mix the two up.
    connection: 'close',
  });
  response.end(JSON.stringify({ type: 'about:blank', ...body }));
}
