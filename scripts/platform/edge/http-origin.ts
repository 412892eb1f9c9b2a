import type { Forwarder } from '../http/forward.ts';
import type { Origin } from './messages.ts';

/** An origin behind a forwarder; `path` and `host` as the engine wants them. */
export function httpOrigin(
  forwarder: Forwarder,
  { path = (asked: string) => asked, host }: { path?: (asked: string) => string; host?: string | undefined } = {},
): Origin {
  return async ({ method, path: asked, headers, body, signal }) => {
    const sent = { ...(headers as Record<string, string>), ...(host !== undefined && { host }) };
    const answer = await forwarder.exchange({ method, path: path(asked), headers: sent, body, signal });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: answer };
  };
}
