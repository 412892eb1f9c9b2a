import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Forwarder } from '../../../scripts/local/forward.ts';
import { type Listener, listen } from '../../../scripts/local/listen.ts';

export interface PageServer {
  readonly folder: string;
  readonly apiUrl: string;
  readonly config: { readonly issuer: string } & Readonly<Record<string, string>>;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** The page and the API at one address, with the page's content security policy: the storefront without a cache. */
export async function servePage({ folder, apiUrl, config }: PageServer): Promise<Listener> {
  const forwarder = new Forwarder({ url: new URL(apiUrl) });
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${config.issuer}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    if (/^\/(orders|products|health)/.test(path)) {
      void forwarder.forward(request, response, { host: new URL(apiUrl).host });
      return;
    }
    const file = join(folder, normalize(path === '/' ? '/index.html' : path));
    const body = path === '/config.json' ? JSON.stringify(config) : existsSync(file) && readFileSync(file);
    if (!body) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(path === '/' ? '.html' : path)] ?? types['.html'],
      'content-encoding': 'br',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    response.end(brotliCompressSync(body));
  }

  const listener = await listen(0, 'the storefront', answer);
  const close = async () => {
    forwarder.close();
    await listener.close();
  };
  return { ...listener, close };
}
