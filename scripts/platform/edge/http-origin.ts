import type { Forwarder } from '../http/forward.ts';
import type { Origin } from './messages.ts';

/** An origin behind a forwarder; `path` and `host` adapt the request to the engine. */
export function httpOrigin(
  forwarder: Forwarder,
  {
    path = (requested: string) => requested,
    host,
  }: { path?: (requested: string) => string; host?: string | undefined } = {},
): Origin {
  return async ({ method, path: requested, headers, body, signal }) => {
    const sent = { ...(headers as Record<string, string>), ...(host !== undefined && { host }) };
    const answer = await forwarder.exchange({ method, path: path(requested), headers: sent, body, signal });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: answer };
  };
}
