import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Trap {
  /** The n-th call, from 1. */
  readonly call: number;
  /** Of this operation, for example `SendMessageBatch`. @default any */
  readonly operation?: string;
  /** Before the engine sees it, or after it has answered. */
  readonly when: 'before' | 'after';
  readonly kill: () => void;
}

export interface KillingProxy {
  readonly url: string;
  /** Ends whoever makes that call; undefined lets all calls pass. */
  arm(trap: Trap | undefined): void;
  close(): void;
}

/** Between a process and the engine: the place to end the process at a chosen call. */
export async function startKillingProxy(endpointUrl: string): Promise<KillingProxy> {
  const target = new URL(endpointUrl);
  let calls = 0;
  let armed: Trap | undefined;
  const server = createServer(async (incoming, response) => {
    const name = String(incoming.headers['x-amz-target'] ?? '').split('.')[1];
    if (armed && (armed.operation ?? name) === name) calls++;
    const mine = armed && calls === armed.call && (armed.operation ?? name) === name ? armed : undefined;
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
    arm(trap) {
      calls = 0;
      armed = trap;
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
