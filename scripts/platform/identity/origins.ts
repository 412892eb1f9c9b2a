import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseLoopbackUrl } from './authorization-request.ts';

/** Storefronts whose pages may read this issuer's responses. */
export class AllowedOrigins {
  readonly #origins = new Set<string>();

  /** Adds a local storefront, under both host names of this machine. */
  add(url: string): void {
    const { port } = parseLoopbackUrl(url) ?? {};
    if (!port) throw new Error(`the storefront's address is '${url}', must be http://127.0.0.1:PORT`);
    for (const host of ['127.0.0.1', 'localhost']) this.#origins.add(`http://${host}:${port}`);
  }

  /** Whether a storefront's page sent the request. */
  allow({ headers: { origin } }: IncomingMessage): boolean {
    return origin !== undefined && this.#origins.has(origin);
  }

  /** Lets a storefront's page read the response. */
  admit(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('vary', 'origin');
    if (this.allow(request)) response.setHeader('access-control-allow-origin', request.headers.origin ?? '');
  }

  /** Answers a storefront's CORS preflight request. */
  preflight(response: ServerResponse): void {
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    });
    response.end();
  }
}
