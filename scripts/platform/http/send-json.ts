import type { ServerResponse } from 'node:http';

/** Sends an uncacheable response of the local platform itself. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
