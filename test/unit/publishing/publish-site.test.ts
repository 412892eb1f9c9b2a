import { expect, test } from 'vitest';
import type { Site, SiteFile } from '../../../functions/ports/site.ts';
import { emptySite, publishSite } from '../../../functions/publishing/publish-site.ts';

const now = '2026-11-21T12:00:00.000Z';
const hoursAgo = (hours: number) => new Date(Date.parse(now) - hours * 3_600_000);

function memorySite(existing: Record<string, Date> = {}) {
  const puts: SiteFile[] = [];
  const removed: string[] = [];
  const site: Site = {
    list: async () => Object.entries(existing).map(([path, publishedAt]) => ({ path, publishedAt })),
    put: async (file) => void puts.push(file),
    remove: async (paths) => void removed.push(...paths),
  };
  return { site, puts, removed, ports: { site, clock: { now: () => now }, pageCacheControl: 'public, max-age=0' } };
}

test('publishes assets before pages, each with its content type and cache time', async () => {
  const { puts, ports } = memorySite();
  const paths = ['index.html', 'config.json', 'assets/app-1a2b.js', 'assets/app-3c4d.css'];
  await publishSite(
    paths.map((path) => ({ path, body: '' })),
    ports,
  );
  const forever = 'public, max-age=31536000, immutable';
  expect(puts.map(({ path, contentType, cacheControl }) => [path, contentType, cacheControl])).toEqual([
    ['assets/app-1a2b.js', 'text/javascript; charset=utf-8', forever],
    ['assets/app-3c4d.css', 'text/css; charset=utf-8', forever],
    ['index.html', 'text/html; charset=utf-8', 'public, max-age=0'],
    ['config.json', 'application/json', 'public, max-age=0'],
  ]);
});

test('removes files unused for a day, and keeps those that an open page may still load', async () => {
  const { removed, ports } = memorySite({
    'assets/old.js': hoursAgo(25),
    'assets/recent.js': hoursAgo(1),
    'index.html': hoursAgo(25),
  });
  await publishSite([{ path: 'index.html', body: '' }], ports);
  expect(removed).toEqual(['assets/old.js']);
});

test('rejects an unknown file type before publishing anything', async () => {
  const { puts, ports } = memorySite();
  const files = ['assets/a.js', 'b.exe'].map((path) => ({ path, body: '' }));
  await expect(publishSite(files, ports)).rejects.toThrow('b.exe: extension must be one of css, html');
  expect(puts).toEqual([]);
});

test('empties the site of a deleted stage', async () => {
  const { site, removed } = memorySite({ 'index.html': hoursAgo(1), 'assets/a.js': hoursAgo(1) });
  await emptySite(site);
  expect(removed).toEqual(['index.html', 'assets/a.js']);
});
