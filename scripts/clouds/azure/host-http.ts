import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type HttpData, invoke, type Registered, triggerOf } from './functions-core.ts';

interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  readonly registered: Registered;
}

/** Serves the functions' routes under the prefix of host.json, and 404 for all else. */
export function httpListener(functions: readonly Registered[], prefix: string): RequestListener {
  const routes = functions.filter((one) => triggerOf(one).type === 'httpTrigger').map((one) => toRoute(one, prefix));
  return (request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

function toRoute(registered: Registered, prefix: string): Route {
  const { route = '', methods = [] } = triggerOf(registered);
  const path = [prefix, route].filter(Boolean).join('/');
  const pattern = new RegExp(`^/${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return { pattern, methods: methods.map((method) => method.toUpperCase()), registered };
}

async function answer(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host}`);
  const route = routes.find(({ pattern, methods }) => methods.includes(method) && pattern.test(url.pathname));
  const body = await readBody(request);
  if (!route) return void response.writeHead(404).end();
  const http: HttpData = {
    method,
    url: url.href,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
    params: { ...route.pattern.exec(url.pathname)?.groups },
    ...(body.length > 0 && { body: { bytes: body } }),
  };
  const result = (await invoke(route.registered, { invocationId: randomUUID(), data: { http } }))?.http;
  response.writeHead(Number(result?.statusCode ?? 204), result?.headers);
  response.end(method === 'HEAD' ? undefined : Buffer.from(result?.body?.bytes ?? []));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
