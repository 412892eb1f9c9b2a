import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from './sha256.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface ProxyTarget {
  readonly endpointUrl: string;
  readonly credentials: Credentials;
}

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
export async function startKillingProxy({ endpointUrl, credentials }: ProxyTarget): Promise<KillingProxy> {
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
    const body = Buffer.concat(chunks);
    const headers = await signAgain(incoming, body, target.host, credentials);
    const { hostname: host, port } = target;
    const outgoing = request({ host, port, method: incoming.method, path: incoming.url, headers });
    outgoing.end(body);
    outgoing.once('error', () => response.destroy());
    const [answer] = await once(outgoing, 'response');
    const pieces: Buffer[] = [];
    for await (const piece of answer) pieces.push(piece as Buffer);
    if (trap) return trap.kill();
    reply(response, answer.statusCode, answer.headers, Buffer.concat(pieces));
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

/** Signs for the gateway's host: the caller signed for the proxy's. */
async function signAgain(
  { method = '', url = '/', headers }: IncomingMessage,
  body: Buffer,
  host: string,
  credentials: Credentials,
): Promise<Record<string, string>> {
  const { authorization = '', 'content-length': _, connection: __, ...rest } = headers;
  const [, region = '', service = ''] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const { pathname: path, searchParams } = new URL(url, `http://${host}`);
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const kept = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const { headers: signed } = await signer.sign({
    ...{ method, protocol: 'http:', hostname: host, path, query: Object.fromEntries(searchParams), body },
    headers: { ...kept, host },
  });
  return { ...signed, 'content-length': String(body.length) };
}

function reply(response: ServerResponse, status: number, headers: NodeJS.Dict<string | string[]>, body: Buffer): void {
  const { 'transfer-encoding': _, ...rest } = headers;
  response.writeHead(status, { ...rest, 'content-length': String(body.length) }).end(body);
}
