import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { Forwarder } from '../../../scripts/platform/http/forward.ts';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Respond = (seen: Seen, response: ServerResponse) => void | Promise<void>;

/** A stub engine that records its requests. */
export async function stubEngine(respond: Respond = (_seen, response) => void response.end('{}')) {
  const seen: Seen[] = [];
  // Not `listen`: an engine gets the Host of the gateway, and answers every caller.
  const server = createServer(async (incoming, response) => {
    let body = '';
    try {
      for await (const piece of incoming) body += piece;
    } catch {
      // The sender hung up.
      return;
    }
    const one = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    seen.push(one);
    await respond(one, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const forwarder = new Forwarder({ url: new URL(url) });
  const stop = async () => {
    forwarder.close();
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  return { seen, url, forwarder, stop };
}

export interface Call {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Unlike `fetch`, does not set or drop Host, Origin and Sec-Fetch-Site. */
export function call(url: string, { method = 'GET', headers = {}, body }: Call = {}) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function deferred() {
  return Promise.withResolvers<void>();
}
