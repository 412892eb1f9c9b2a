import { CliError } from '../../cli/cli.ts';

const createInvalidation = /^\/2020-05-31\/distribution\/([^/?]+)\/invalidation\/?$/;

/** The distribution that a request to the CloudFront API invalidates; undefined for any other request. */
export function invalidatedDistribution(method: string, url: string): string | undefined {
  return method === 'POST' ? createInvalidation.exec(url.split('?', 1)[0] ?? '')?.[1] : undefined;
}

/** The paths in the body of CreateInvalidation. */
export function parseInvalidationPaths(xml: string): string[] {
  const items = /<Items>([\s\S]*?)<\/Items>/.exec(xml)?.[1] ?? '';
  return [...items.matchAll(/<Path>([\s\S]*?)<\/Path>/g)].map((match) => unescapeXml((match[1] ?? '').trim()));
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}

/**
 * Matches the targets (path, and the query in the cache key) that the paths name. As with CloudFront, a path without
 * a final `*` does not match the same path with a query.
 */
export function targetMatcher(paths: readonly string[]): (target: string) => boolean {
  for (const path of paths) {
    if (path.startsWith('/') || path === '*') continue;
    throw new CliError('invalidation_path', `an invalidation path must begin with /, got '${path}'`, 'Add the slash.');
  }
  const exact = new Set(paths.filter((path) => !path.endsWith('*')));
  const prefixes = paths.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
  return (target) => exact.has(target) || prefixes.some((prefix) => target.startsWith(prefix));
}
