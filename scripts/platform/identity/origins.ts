import type { IncomingMessage, ServerResponse } from 'node:http';
import { loopbackUrl } from './authorization-request.ts';

/** The storefronts whose pages may read this issuer's answers. */
export class AllowedOrigins {
  readonly #origins = new Set<string>();

  /** Takes the address of a storefront on this machine; it may be called by either name of the machine. */
  add(url: string): void {
    const { port } = loopbackUrl(url) ?? {};
    if (!port) throw new Error(`the storefront's address is '${url}', must be http://127.0.0.1:PORT`);
    for (const host of ['127.0.0.1', 'localhost']) this.#origins.add(`http://${host}:${port}`);
  }

  /** Lets an allowed page read the answer; undefined Origin is a program. False: a page of somebody else. */
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
