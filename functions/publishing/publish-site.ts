import type { Clock } from '../ports/runtime.ts';
import type { Site, SiteFile } from '../ports/site.ts';

export interface BuiltFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly body: Uint8Array | string;
}

export interface PublishingPorts {
  readonly site: Site;
  readonly clock: Clock;
  /** For files that keep their name when their content changes. */
  readonly pageCacheControl: string;
}

/** How long old assets stay available after a deploy. */
const keepReplacedMs = 24 * 3_600_000;
const hashedNames = /^assets\//;
const foreverCacheControl = 'public, max-age=31536000, immutable';

const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

/**
 * Publishes assets before pages, so that no page requests a missing asset. Then removes files that no deploy has
 * published for a day.
 */
export async function publishSite(files: readonly BuiltFile[], ports: PublishingPorts): Promise<void> {
  const all = files.map((file) => toSiteFile(file, ports.pageCacheControl));
  const isPage = ({ path }: SiteFile) => !hashedNames.test(path);
  await Promise.all(all.filter((file) => !isPage(file)).map((file) => ports.site.put(file)));
  await Promise.all(all.filter(isPage).map((file) => ports.site.put(file)));

  const current = new Set(all.map(({ path }) => path));
  const oldest = Date.parse(ports.clock.now()) - keepReplacedMs;
  const replaced = (await ports.site.list()).filter(
    ({ path, publishedAt }) => !current.has(path) && publishedAt.getTime() < oldest,
  );
  if (replaced.length > 0) await ports.site.remove(replaced.map(({ path }) => path));
}

export async function emptySite(site: Site): Promise<void> {
  const files = await site.list();
  if (files.length > 0) await site.remove(files.map(({ path }) => path));
}

function toSiteFile({ path, body }: BuiltFile, pageCacheControl: string): SiteFile {
  const extension = path.split('.').at(-1) ?? '';
  const contentType = contentTypes[extension];
  if (!contentType)
    throw new Error(`${path}: extension must be one of ${Object.keys(contentTypes).join(', ')}, got '${extension}'`);
  return { path, body, contentType, cacheControl: hashedNames.test(path) ? foreverCacheControl : pageCacheControl };
}
