import type { IncomingMessage } from 'node:http';
import type { Problem } from './problem.ts';

/** Decides by a request's head whether its sender may call. Runs before any other handler. */
export type Guard = (request: IncomingMessage, url: URL) => Problem | undefined;

const foreignSites = new Set(['cross-site', 'same-site']);

/**
 * Rejects requests that a web page in the user's browser could send. An engine can run code, so a page could otherwise
 * create and invoke a function on the user's machine.
 */
export const programsOnly: Guard = ({ headers }) => {
  if (headers.origin !== undefined) return refused('origin_refused', `the Origin header '${headers.origin}'`);
  const site = headers['sec-fetch-site'];
  return typeof site === 'string' && foreignSites.has(site)
    ? refused('cross_site_refused', `Sec-Fetch-Site '${site}'`)
    : undefined;
};

/** Like `programsOnly`, but also allows the page that this listener serves. */
export const ownPage: Guard = (request, url) =>
  request.headers.origin === `http://${request.headers.host}` ? undefined : programsOnly(request, url);

/** Allows all pages, for listeners that check tokens and handle CORS themselves. */
export const anyPage: Guard = () => undefined;

/** A foreign Host indicates DNS rebinding: a page whose name now resolves to this machine. */
export function hostCheck(port: number): (request: IncomingMessage) => Problem | undefined {
  const allowed = new RegExp(`^(127\\.0\\.0\\.1|([a-z0-9_-]+\\.)*localhost):${port}$`, 'i');
  return ({ headers, headersDistinct }) => {
    // With two Host headers, the next program could read the other one.
    const single = headersDistinct.host?.length === 1;
    if (single && allowed.test(headers.host ?? '')) return undefined;
    return refused('host_refused', `the Host header '${headersDistinct.host?.join(', ') ?? ''}'`);
  };
}

function refused(code: string, what: string): Problem {
  return {
    status: 403,
    code,
    title: 'Forbidden',
    detail: `The local platform rejects ${what}: it serves programs on this machine, not web pages of other origins.`,
  };
}
