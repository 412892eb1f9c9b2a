import type { IncomingMessage } from 'node:http';

/**
 * The body as it was sent, not inflated.
 *
 * @returns at most one byte more than `limit`; the rest is discarded unread
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const end = () => resolve(Buffer.concat(chunks).subarray(0, limit + 1));
    request.on('data', (chunk: Buffer) => {
      if (size > limit) return;
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) end();
    });
    request.once('end', end);
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client closed the connection within the body')));
  });
}
