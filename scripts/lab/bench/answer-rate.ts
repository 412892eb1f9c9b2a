import { connect, type Socket } from 'node:net';

/**
 * Requests one URL over keep-alive connections, one request at a time on each; the parent process starts each run. Uses
 * its own process and plain sockets: an HTTP-parsing client in JavaScript is slower than the server it measures.
 */
export interface RateOptions {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Rate {
  readonly answers: number;
  /** Answers with a status other than 200. */
  readonly wrong: number;
  readonly seconds: number;
  /** CPU share of this process, 0 to 1. */
  readonly busy: number;
}

const endOfHead = Buffer.from('\r\n\r\n');

function measure({ port, path, connections, seconds }: RateOptions): Promise<Rate> {
  const request = Buffer.from(
    [
      `GET ${path} HTTP/1.1`,
      `host: 127.0.0.1:${port}`,
      'accept: application/json',
      'accept-encoding: gzip, br',
      'user-agent: bench\r\n\r\n',
    ].join('\r\n'),
  );
  let [answers, wrong, over] = [0, 0, false];
  const begun = performance.now();
  const before = process.cpuUsage();
  const { promise, resolve, reject } = Promise.withResolvers<Rate>();

  function open(): Socket {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let rest: Buffer | undefined;
    socket.on('error', reject);
    socket.on('data', (piece: Buffer) => {
      const text = rest ? Buffer.concat([rest, piece]) : piece;
      const length = findLength(text);
      rest = length === undefined || text.length < length ? text : undefined;
      if (rest || over) return;
      answers++;
      if (text.toString('latin1', 9, 12) !== '200') wrong++;
      socket.write(request);
    });
    socket.write(request);
    return socket;
  }

  const sockets = Array.from({ length: connections }, open);
  setTimeout(() => {
    over = true;
    const elapsed = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(before);
    for (const socket of sockets) socket.destroy();
    resolve({ answers, wrong, seconds: elapsed, busy: (user + system) / 1e6 / elapsed });
  }, seconds * 1_000);
  return promise;
}

/** Bytes of the whole answer; undefined until its head has arrived. */
function findLength(text: Buffer): number | undefined {
  const head = text.indexOf(endOfHead);
  if (head < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(text.toString('latin1', 0, head))?.[1];
  if (length === undefined) throw new Error('the answer has no Content-Length, so its end cannot be found');
  return head + endOfHead.length + Number(length);
}

process.on('message', async (options: RateOptions) => process.send?.(await measure(options)));
process.once('disconnect', () => process.exit());
