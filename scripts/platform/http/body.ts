import type { IncomingMessage } from 'node:http';
import type { Problem } from './problem.ts';

/** Checks the announced length, so that a body that is too long is not read at all. */
export function checkLength({ headers }: IncomingMessage, maxBytes: number): Problem | undefined {
  return Number(headers['content-length'] ?? 0) > maxBytes ? tooLong(maxBytes) : undefined;
}

export function tooLong(maxBytes: number): Problem {
  const detail = `The body is longer than ${maxBytes} bytes.`;
  return { status: 413, code: 'body_too_long', title: 'Content Too Large', detail };
}

/** Drops bytes of a body beyond its limit, whatever reads it. Calls `onExcess` once; the body then never ends. */
export function limitBody(request: IncomingMessage, maxBytes: number, onExcess: () => void): void {
  const push = request.push.bind(request);
  let received = 0;
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    const within = received <= maxBytes;
    received += chunk?.length ?? 0;
    if (received <= maxBytes) return push(chunk, encoding);
    if (within) onExcess();
    return true;
  };
}

/** Rejects if the sender hangs up before the end. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
