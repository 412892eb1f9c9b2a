import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Trap {
  /** The n-th call, from 1. */
  readonly call: number;
  /** Counts only this operation, like `SendMessageBatch`. @default any */
  readonly operation?: string;
  /** Before the engine sees the call, or after it has answered. */
  readonly when: 'before' | 'after';
  readonly kill: () => void;
}

export interface KillingProxy {
  readonly url: string;
  /** Kills the caller at that call; undefined lets all calls pass. */
  arm(trap: Trap | undefined): void;
  close(): void;
}

/** Starts a proxy between a process and the engine, which kills the process at a chosen call. */
export async function startKillingProxy(endpointUrl: string): Promise<KillingProxy> {
  const target = new URL(endpointUrl);
  let calls = 0;
  let armed: Trap | undefined;
  const server = createServer(async (incoming, response) => {
    const name = String(incoming.headers['x-amz-target'] ?? '').split('.')[1];
    if (armed && (armed.operation ?? name) === name) calls++;
    const trap = armed && calls === armed.call && (armed.operation ?? name) === name ? armed : undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (trap?.when === 'before') return trap.kill();
    const outgoing = request({
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, host: target.host },
    });
    outgoing.end(Buffer.concat(chunks));
    outgoing.once('error', () => response.destroy());
    const [answer] = await once(outgoing, 'response');
    const body: Buffer[] = [];
    for await (const chunk of answer) body.push(chunk as Buffer);
    if (trap) return trap.kill();
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
