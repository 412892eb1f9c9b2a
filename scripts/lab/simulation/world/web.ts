import { httpClient } from '../../../../functions/adapters/http/http-client.ts';

/** A simulated server; receives requests that the functions send by `fetch` or by their HTTP client. */
export type Server = (url: string, request: never) => Promise<object>;

/** Servers by origin. A thread runs only one simulation at a time. */
const servers = new Map<string, Server>();

/** Registers a server for both clients. */
export function serve(origin: string, server: Server): void {
  servers.set(origin, server);
  globalThis.fetch = route as never;
  Object.assign(httpClient, { send: route });
}

function route(url: string, request: never): Promise<object> {
  const [origin] = /^https:\/\/[^/]+/.exec(url) ?? [];
  const server = servers.get(origin ?? '');
  return server ? server(url, request) : Promise.reject(new Error(`no simulated server answers for ${url}`));
}
