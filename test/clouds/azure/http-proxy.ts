import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Faults } from '../../support/lost-answers.ts';

/** How a client loses an answer: its connection is reset, or the service answers with this status. */
export type HttpLoss = 'reset' | 500 | 503;

export interface FaultyProxy {
  readonly url: string;
  /** Decides about the calls from now on. */
  use(faults: Faults, loss: HttpLoss): void;
  close(): void;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

/** Stands between an SDK's client and an engine. A write that the faults reject has no answer. */
export async function startHttpProxy(target: string): Promise<FaultyProxy> {
  let decide: { readonly faults: Faults; readonly loss: HttpLoss } | undefined;
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const pass = () => forward(target, incoming, body);
    try {
      const isWrite = incoming.method !== 'GET';
      reply(response, await (decide && isWrite ? decide.faults.run(pass) : pass()));
    } catch {
      lose(response, decide?.loss ?? 'reset');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    use: (faults, loss) => {
      decide = { faults, loss };
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function forward(target: string, { method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const { 'transfer-encoding': _, ...kept } = headers;
  const length = body.length > 0 ? { 'content-length': String(body.length) } : {};
  const outgoing = request(new URL(url, target), { method, headers: { ...kept, ...length } }).end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, connection: __, ...kept } = headers;
  const length = status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, { ...kept, ...length }).end(body);
}

function lose(response: ServerResponse, loss: HttpLoss): void {
  if (loss === 'reset') response.socket?.resetAndDestroy();
  else response.writeHead(loss, { 'x-ms-request-id': 'lost' }).end();
}
