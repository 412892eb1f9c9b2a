import type { ServerResponse } from 'node:http';

/** An answer of the local platform itself, which nobody may keep. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
