import { type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { Forwarder } from '../../../scripts/platform/http/forward.ts';
import { type Listener, listen } from '../../../scripts/platform/http/listen.ts';

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
  const listener: Listener = await listen(0, 'the stub', async (incoming, response) => {
    let body = '';
    for await (const piece of incoming) body += piece;
    const one = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    seen.push(one);
    await respond(one, response);
  });
  const forwarder = new Forwarder({ url: new URL(listener.url) });
  const stop = async () => {
    forwarder.close();
    await listener.close();
  };
  onTestFinished(stop);
  return { seen, url: listener.url, forwarder, stop };
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
