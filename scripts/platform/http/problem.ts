import type { ServerResponse } from 'node:http';

/** An RFC 9457 response of the local platform itself, not of the API behind it. */
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
  const { headers, body } = problemMessage(problem);
  // The request's body may still arrive; on a kept connection, its rest would be read as the next request.
  response.writeHead(problem.status, { ...headers, connection: 'close' });
  response.end(body);
}

export function problemMessage({ retryAfterSeconds, ...problem }: Problem) {
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
  return { headers, body: JSON.stringify({ type: 'about:blank', ...problem }) };
}
