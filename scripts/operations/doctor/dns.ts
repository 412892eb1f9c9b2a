import { type Check, failed, notNeeded, ok } from './check.ts';
import type { Web } from './web.ts';

export interface DomainContext {
  readonly web: Web;
  /** Host name of the shop; null without one. */
  readonly domain: string | null;
}

/** The cloud issues a certificate only for a name that the public DNS resolves. */
export const domain: Check<DomainContext> = {
  name: 'domain',
  permissions: [],
  look: async ({ domain: name, web }) => {
    if (name === null) return notNeeded("nothing: the stage has the CDN's own address");
    const needed = `a zone in the public DNS that ${name} belongs to`;
    const labels = name.split('.');
    // Excludes the top-level domain, which always answers.
    const zones = labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'));
    for (const zone of zones) if ((await readNameServers(zone, web)).length > 0) return ok(`zone ${zone}`, needed);
    return failed(
      `the public DNS has none of ${zones.join(', ')}`,
      needed,
      'Register the name, and set its name servers.',
    );
  },
};

const unanswered = ['ENOTFOUND', 'ENODATA', 'ESERVFAIL'];

/** A zone's name servers in the public DNS; none if the zone is unknown or has no server. */
export async function readNameServers(zone: string, web: Web): Promise<string[]> {
  try {
    return await web.resolveNs(zone);
  } catch (error) {
    if (unanswered.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
