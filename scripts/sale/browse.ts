import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ProductResource } from '../../functions/contracts/http.ts';
import { CliError } from '../cli/cli.ts';
import { difference, type Stats } from '../platform/edge/stats.ts';
import { engines } from '../platform/engine/engines.ts';
import type { Platform } from '../platform/platform.ts';
import { projectFolder } from '../platform/process/paths.ts';
import { ageOf, boundOf } from './answer-age.ts';
import { type Answer, ShopClient } from './client.ts';
import type { DemoProduct } from './seed.ts';
import { weighted } from './workload.ts';

export interface BrowseOptions {
  readonly requests: number;
  readonly seed: number;
  /** In order of demand; the price of the first one changes midway. */
  readonly products: readonly DemoProduct[];
  readonly onBrowsed?: (done: number) => void;
}

/** One response to a visitor. */
export interface Browsed {
  /** Path pattern of the distribution: `/products*`, `/assets/*`, or `*` for all else. */
  readonly pattern: string;
  readonly status: number;
  /** The first word of X-Cache. */
  readonly mark: string;
  readonly askedAtMs: number;
  readonly ageSeconds: number;
  /** TTL plus stale-while-revalidate from its Cache-Control. */
  readonly boundSeconds: number;
  /** Version that the visitor now sees of the product whose price changes; after a 304, the cached one. */
  readonly version?: number | undefined;
}

export interface PriceChange {
  readonly status: number;
  /** Version before the change. */
  readonly version: number;
  /** When its response arrived. Epoch milliseconds. */
  readonly atMs: number;
  /** How long the old price may be served afterwards. */
  readonly graceMs: number;
}

export interface Browsing {
  /** Number of planned requests. */
  readonly asked: number;
  /** A project without the storefront has a page, but no assets. */
  readonly patterns: readonly string[];
  readonly answers: readonly Browsed[];
  readonly change: PriceChange;
  /** The CDN's counters for this period; undefined without a local CDN. */
  readonly counted: Stats | undefined;
}

const pagePatterns = ['/products*', '*'];
const hasAssets = existsSync(join(projectFolder, 'storefront'));
const perSecond = 500;
// Enough that visitors waiting for a slow origin do not slow the rest.
const visitors = 64;
const conditionalShare = 0.5;
/** Limit for the local CDN. Without invalidation, the old price stays for TTL plus stale-while-revalidate. */
const invalidatedWithinMs = 1_000;

interface CachedAnswer {
  readonly etag: string;
  readonly version: number | undefined;
}

/** Visitors who browse while others order: products, their stock, the list, the page and its assets. */
export async function browse(platform: Platform, adminToken: string, options: BrowseOptions): Promise<Browsing> {
  const { requests, products } = options;
  const shop = new ShopClient(platform.edgeUrl);
  const [wanted] = products;
  if (!wanted) throw new Error('options.products is empty');
  const page = await open<string>(shop, '/');
  const before = await open<ProductResource>(shop, `/products/${wanted.sku}`);
  const countedBefore = platform.edge?.stats();

  const random = xoroshiro128plus(options.seed);
  const pick = weighted(weighPaths(products, page.body));
  const answers: Browsed[] = [];
  const change = Promise.withResolvers<PriceChange>();
  const begunMs = performance.now();
  let next = 0;

  async function visit(): Promise<void> {
    const cache = new Map<string, CachedAnswer>();
    while (next < requests) {
      const index = next++;
      const path = pick(uniformFloat64(random));
      const known = uniformFloat64(random) < conditionalShare ? cache.get(path) : undefined;
      await sleep(Math.max(0, begunMs + (index / perSecond) * 1_000 - performance.now()));
      if (index === Math.floor(requests / 2)) void changeNow().then(change.resolve, change.reject);
      answers.push(await request(shop, path, wanted?.sku ?? '', known, cache));
      options.onBrowsed?.(answers.length);
    }
  }

  /**
   * Requests the product after the grace period, when every visitor must see the new price, even if browsing was short.
   */
  async function visitAfter({ atMs, graceMs }: PriceChange): Promise<void> {
    await sleep(Math.max(0, atMs + 2 * graceMs - Date.now()));
    answers.push(await request(shop, `/products/${wanted?.sku}`, wanted?.sku ?? '', undefined, new Map()));
  }

  const maxAgeMs = invalidates(platform) ? invalidatedWithinMs : boundOf(before.headers) * 1_000;
  const changeNow = async () => ({ ...(await changePrice(shop, adminToken, wanted, before)), graceMs: maxAgeMs });
  await Promise.all([change.promise, ...Array.from({ length: visitors }, visit)]);
  await visitAfter(await change.promise);
  const counted = platform.edge && difference(platform.edge.stats(), countedBefore ?? {});
  const patterns = hasAssets ? [...pagePatterns, '/assets/*'] : pagePatterns;
  return { asked: requests + 1, patterns, answers, change: await change.promise, counted };
}

async function changePrice(
  shop: ShopClient,
  token: string,
  { sku, units: _, ...details }: DemoProduct,
  before: Answer<ProductResource>,
): Promise<Omit<PriceChange, 'graceMs'>> {
  const body = { ...details, unitPrice: before.body.unitPrice + 100 };
  const headers = { 'if-match': before.headers.get('etag') ?? '' };
  const { status } = await shop.call({ method: 'PUT', path: `/products/${sku}`, token, headers, body });
  return { status, version: before.body.version, atMs: Date.now() };
}

async function open<Body>(shop: ShopClient, path: string): Promise<Answer<Body>> {
  const answer = await shop.call<Body>({ method: 'GET', path });
  if (answer.status === 200) return answer;
  const text = `GET ${path} through the CDN returned ${answer.status}, expected 200: ${JSON.stringify(answer.body)}`;
  throw new CliError('shop_closed', text, 'Check the log of the functions.');
}

function invalidates({ edge, engine }: Platform): boolean {
  return edge !== undefined && !engines[engine].lacks.some(({ capability }) => capability === 'cdn');
}

/** Paths that visitors request, with weights; half of the requests are for products. */
function weighPaths(products: readonly DemoProduct[], page: string): (readonly [string, number])[] {
  const assets = [...new Set(page.match(/\/assets\/[\w.-]+/g))];
  return [
    ...products.flatMap(({ sku }, rank): [string, number][] => [
      [`/products/${sku}`, 4 / (rank + 1)],
      [`/products/${sku}/stock`, 1 / (rank + 1)],
    ]),
    ['/products', 2],
    ['/', 2],
    ...assets.map((asset): [string, number] => [asset, 4 / assets.length]),
  ];
}

async function request(
  shop: ShopClient,
  path: string,
  sku: string,
  known: CachedAnswer | undefined,
  cache: Map<string, CachedAnswer>,
): Promise<Browsed> {
  const askedAtMs = Date.now();
  const headers = known ? { 'if-none-match': known.etag } : {};
  const answer = await shop.once({ method: 'GET', path, headers });
  const version = answer.status === 304 ? known?.version : findVersion(sku, answer);
  const etag = answer.headers.get('etag');
  if (answer.status === 200 && etag !== null) cache.set(path, { etag, version });
  return {
    pattern: toPattern(path),
    status: answer.status,
    mark: answer.headers.get('x-cache')?.split(' ', 1)[0] ?? '',
    askedAtMs,
    ageSeconds: ageOf(answer, askedAtMs),
    boundSeconds: boundOf(answer.headers),
    version,
  };
}

function toPattern(path: string): string {
  return /^\/(?:products|assets\/)/.exec(path)?.[0].concat('*') ?? '*';
}

/** The version of a product in a response, alone or in a list. */
function findVersion(sku: string, { body }: Answer): number | undefined {
  const { items, ...own } = (typeof body === 'object' ? body : {}) as Partial<ProductResource> & {
    items?: ProductResource[];
  };
  return [own, ...(items ?? [])].find((product) => product.sku === sku)?.version;
}
