import type { IncomingHttpHeaders } from 'node:http';
import type { Problem } from './problem.ts';

export type Guard = (headers: IncomingHttpHeaders) => Problem | undefined;

const foreignSites = new Set(['cross-site', 'same-site']);

/**
 * Rejects requests that a web page in the user's browser could send. An engine answers any local caller and can run
 * code, so a page could otherwise create and invoke a function on the user's machine.
 */
export function engineGuard(port: number): Guard {
  const hostGuard = foreignHostGuard(port);
  return (headers) => {
    if (headers.origin !== undefined) return refused('origin_refused', `the Origin header '${headers.origin}'`);
    const site = headers['sec-fetch-site'];
    if (typeof site === 'string' && foreignSites.has(site))
      return refused('cross_site_refused', `Sec-Fetch-Site '${site}'`);
    return hostGuard(headers);
  };
}

/** Rejects only a foreign Host (DNS rebinding). Browsers may call the API, which handles CORS itself. */
export function foreignHostGuard(port: number): Guard {
  const allowed = new RegExp(`^(127\\.0\\.0\\.1|([a-z0-9_-]+\\.)*localhost):${port}$`, 'i');
  return (headers) =>
    allowed.test(headers.host ?? '') ? undefined : refused('host_refused', `the Host header '${headers.host ?? ''}'`);
}

/** Like `engineGuard`, but also allows the page that this port serves. */
export function ownPageGuard(port: number): Guard {
  const [forPrograms, forPage] = [engineGuard(port), foreignHostGuard(port)];
  return (headers) => (headers.origin === `http://${headers.host}` ? forPage : forPrograms)(headers);
}

function refused(code: string, what: string): Problem {
  return {
    status: 403,
    code,
    title: 'Forbidden',
    detail: `The local platform rejects ${what}: it serves programs on this machine, not web pages of other origins.`,
  };
}
