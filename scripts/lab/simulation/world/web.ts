import { httpClient } from '../../../../functions/adapters/http/http-client.ts';

/** A server of a simulation: gets what the functions give to `fetch` or to their HTTP client. */
export type Server = (url: string, request: never) => Promise<object>;

/** By origin. Only one simulation at a time runs in a thread. */
const servers = new Map<string, Server>();

/** Puts a server behind both. */
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
