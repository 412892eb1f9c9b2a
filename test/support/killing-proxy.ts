import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KillingProxy {
  readonly url: string;
  /** Calls since the last `arm`. */
  readonly calls: number;
  /** Ends whoever calls: at that call, before the engine sees it, or after the engine has answered. */
  arm(call: number, when: 'before' | 'after', kill: () => void): void;
  close(): void;
}

/** Between a process and the engine: the place to end the process at a chosen call. */
export async function startKillingProxy(endpointUrl: string): Promise<KillingProxy> {
  const target = new URL(endpointUrl);
  let calls = 0;
  let armed: { call: number; when: 'before' | 'after'; kill: () => void } | undefined;
  const server = createServer(async (incoming, response) => {
    const mine = ++calls === armed?.call ? armed : undefined;
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    if (mine?.when === 'before') return mine.kill();
    const outgoing = request({
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, host: target.host },
    });
    outgoing.end(Buffer.concat(pieces));
    outgoing.once('error', () => response.destroy());
    const [answer] = await once(outgoing, 'response');
    const body: Buffer[] = [];
    for await (const piece of answer) body.push(piece as Buffer);
    if (mine) return mine.kill();
    reply(response, answer.statusCode, answer.headers, Buffer.concat(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    arm(call, when, kill) {
      calls = 0;
      armed = { call, when, kill };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function reply(response: ServerResponse, status: number, headers: NodeJS.Dict<string | string[]>, body: Buffer): void {
  const { 'transfer-encoding': _, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': String(body.length) }).end(body);
}
