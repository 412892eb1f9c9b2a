import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseLoopbackUrl } from './authorization-request.ts';

/** The storefronts whose pages may read this issuer's responses. */
export class AllowedOrigins {
  readonly #origins = new Set<string>();

  /** Adds a storefront on this machine, under both names of the machine. */
  add(url: string): void {
    const { port } = parseLoopbackUrl(url) ?? {};
    if (!port) throw new Error(`the storefront's address is '${url}', must be http://127.0.0.1:PORT`);
    for (const host of ['127.0.0.1', 'localhost']) this.#origins.add(`http://${host}:${port}`);
  }

  /** Lets an allowed page read the response. No Origin means a program. Returns false for a foreign page. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    response.setHeader('vary', 'origin');
    if (origin === undefined) return true;
    if (!this.#origins.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    return true;
  }

  preflight(request: IncomingMessage, response: ServerResponse): void {
    const allowed = this.admit(request, response);
    response.writeHead(allowed ? 204 : 403, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    });
    response.end();
  }
}
