import type { IncomingMessage } from 'node:http';

const maxBodyLength = 4_096;

/** Reads the body as text; undefined if it is longer than any body that the local platform accepts. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > maxBodyLength) return undefined;
  }
  return body;
}
