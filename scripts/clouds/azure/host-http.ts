import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toPathPattern } from '../../../functions/contracts/routes.ts';
import { readBody } from '../../platform/http/body.ts';
import type { Answer } from '../../platform/http/listen.ts';
import { type HttpData, invoke, type Registered, triggerOf } from './functions-core.ts';

interface Route {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
  readonly registered: Registered;
}

/** Serves the functions' routes under the prefix of host.json, and 404 for all else. */
export function answerHttp(functions: readonly Registered[], prefix: string): Answer {
  const routes = functions.filter((one) => triggerOf(one).type === 'httpTrigger').map((one) => toRoute(one, prefix));
  return (request, response, url) => answer(routes, request, response, url);
}

function toRoute(registered: Registered, prefix: string): Route {
  const { route = '', methods = [] } = triggerOf(registered);
  const path = [prefix, route].filter(Boolean).join('/');
  return { pattern: toPathPattern(`/${path}`), methods: methods.map((method) => method.toUpperCase()), registered };
}

async function answer(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { method = 'GET', headers } = request;
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
