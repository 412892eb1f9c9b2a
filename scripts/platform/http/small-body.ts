import type { IncomingMessage } from 'node:http';

const longestBody = 4_096;

/** The body as text, or undefined when it is longer than anything that a service of the local platform takes. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let body = '';
  for await (const piece of request) {
    body += piece;
    if (body.length > longestBody) return undefined;
  }
  return body;
}
