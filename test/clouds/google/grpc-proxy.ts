import { once } from 'node:events';
import {
  connect,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Faults } from '../../support/lost-answers.ts';

/** How a client loses an answer: its connection or its stream is reset, or the service answers with this gRPC status. */
export type GrpcLoss = 'reset' | number;

export interface GrpcProxy {
  /** Host and port. */
  readonly host: string;
  /** Decides about the writes from now on. */
  use(faults: Faults, loss: GrpcLoss): void;
  close(): void;
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/** Stands between a gRPC client and an engine. A write that the faults reject has no answer. */
export async function startGrpcProxy(target: string, writes: readonly string[]): Promise<GrpcProxy> {
  const upstream = connect(`http://${target}`);
  const sessions = new Set<ServerHttp2Session>();
  let decide: { readonly faults: Faults; readonly loss: GrpcLoss } | undefined;
  const server = createServer()
    .on('session', (session) => void sessions.add(session.on('error', () => {})))
    .on('stream', async (stream, headers) => {
      stream.on('error', () => {});
      const isWrite = writes.some((name) => headers[':path']?.endsWith(`/${name}`));
      const body = await buffer(stream);
      const pass = () => forward(headers, body);
      try {
        reply(stream, await (decide && isWrite ? decide.faults.run(pass) : pass()));
      } catch {
        lose(stream, decide?.loss ?? 'reset');
      }
    })
    .listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function forward(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const { ':authority': _, ...kept } = headers;
    const outgoing = upstream.request({ ...kept, ':authority': target }).end(body);
    const answered = once(outgoing, 'response') as Promise<[IncomingHttpHeaders]>;
    let trailers: IncomingHttpHeaders = {};
    outgoing.on('trailers', (given) => {
      trailers = given;
    });
    const [answer] = await answered;
    return { headers: answer, body: await buffer(outgoing), trailers };
  }

  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    use: (faults, loss) => {
      decide = { faults, loss };
    },
    close: () => {
      upstream.destroy();
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function reply(stream: ServerHttp2Stream, { headers, body, trailers }: Answer): void {
  if (stream.destroyed) return;
  // An error has no body, and its headers are its trailers.
  if (headers['grpc-status'] !== undefined) return void stream.respond(headers, { endStream: true });
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

function lose(stream: ServerHttp2Stream, loss: GrpcLoss): void {
  if (loss === 'reset') stream.session?.destroy();
  else
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(loss) },
      { endStream: true },
    );
}
