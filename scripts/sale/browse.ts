import { setTimeout as sleep } from 'node:timers/promises';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { ProductResource } from '../../functions/contracts/http.ts';
import { CliError } from '../cli/cli.ts';
import { difference, type Stats } from '../platform/edge/stats.ts';
import { engines } from '../platform/engine/engines.ts';
import type { Platform } from '../platform/platform.ts';
import { ageOf, boundOf } from './answer-age.ts';
import { type Answer, ShopClient } from './client.ts';
import type { DemoProduct } from './seed.ts';
import { weighted } from './workload.ts';

export interface BrowseOptions {
  readonly requests: number;
  readonly seed: number;
  /** Most wanted first; the price of the first one changes on the way. */
  readonly products: readonly DemoProduct[];
  readonly onBrowsed?: (done: number) => void;
}

/** One answer to a visitor. */
export interface Browsed {
  /** Of the distribution: `/products*`, `/assets/*`, or `*` for all else. */
  readonly pattern: string;
  readonly status: number;
  /** The first word of X-Cache. */
  readonly mark: string;
  readonly askedAtMs: number;
  readonly ageSeconds: number;
  /** TTL and stale-while-revalidate of its Cache-Control. */
  readonly boundSeconds: number;
  /** Of the product whose price changes, as the visitor sees it now: after a 304, the one that is held. */
  readonly version?: number | undefined;
}

export interface PriceChange {
  readonly status: number;
  /** The version before it. */
  readonly version: number;
  /** When its answer was there. */
  readonly atMs: number;
  /** How long after it the old price may be shown. */
  readonly graceMs: number;
}

export interface Browsing {
  readonly answers: readonly Browsed[];
  readonly change: PriceChange;
  /** What the edge counted meanwhile; undefined where there is no local one. */
  readonly counted: Stats | undefined;
}

const perSecond = 500;
// Enough that those who wait for a slow origin do not hold up the rest.
const visitors = 64;
const conditionalShare = 0.5;
/** What the local edge is held to; a CDN without invalidation keeps the old price for TTL and stale-while-revalidate. */
const invalidatedWithinMs = 1_000;

interface Held {
  readonly etag: string;
  readonly version: number | undefined;
}

/** People who look at the shop while others order: products, their stock, the list, the page and its parts. */
export async function browse(platform: Platform, adminToken: string, options: BrowseOptions): Promise<Browsing> {
  const { requests, products } = options;
  const shop = new ShopClient(platform.edgeUrl);
  const [wanted] = products;
  if (!wanted) throw new Error('there is nothing to look at');
  const path = `/products/${wanted.sku}`;
  const page = await open<string>(shop, '/');
  const before = await open<ProductResource>(shop, path);
  const countedBefore = platform.edge?.stats();

  const random = xoroshiro128plus(options.seed);
  const pick = weighted(pathsOf(products, page.body));
  const answers: Browsed[] = [];
  const change = Promise.withResolvers<PriceChange>();
  const begunMs = performance.now();
  let next = 0;

  async function visit(): Promise<void> {
    const held = new Map<string, Held>();
    while (next < requests) {
      const index = next++;
      const asked = pick(uniformFloat64(random));
      const known = uniformFloat64(random) < conditionalShare ? held.get(asked) : undefined;
      await sleep(Math.max(0, begunMs + (index / perSecond) * 1_000 - performance.now()));
      if (index === Math.floor(requests / 2)) void changePrice().then(change.resolve, change.reject);
      answers.push(await look(shop, asked, wanted?.sku ?? '', known, held));
      options.onBrowsed?.(answers.length);
    }
  }

  async function changePrice(): Promise<PriceChange> {
    const { sku, units: _, ...details } = wanted as DemoProduct;
    const body = { ...details, unitPrice: before.body.unitPrice + 100 };
    const headers = { 'if-match': before.headers.get('etag') ?? '' };
    const { status } = await shop.call({ method: 'PUT', path: `/products/${sku}`, token: adminToken, headers, body });
    const atMs = Date.now();
    const graceMs = invalidates(platform) ? invalidatedWithinMs : boundOf(before.headers) * 1_000;
    return { status, version: before.body.version, atMs, graceMs };
  }

  await Promise.all([change.promise, ...Array.from({ length: visitors }, visit)]);
  const counted = platform.edge && difference(platform.edge.stats(), countedBefore ?? {});
  return { answers, change: await change.promise, counted };
}

async function open<Body>(shop: ShopClient, path: string): Promise<Answer<Body>> {
  const answer = await shop.call<Body>({ method: 'GET', path });
  if (answer.status === 200) return answer;
  const text = `${path} answered ${answer.status} through the edge: ${JSON.stringify(answer.body)}`;
  throw new CliError('shop_closed', text, 'Nobody can browse. The log of the functions says more.');
}

function invalidates({ edge, engine }: Platform): boolean {
  return edge !== undefined && !engines[engine].lacks.some(({ capability }) => capability === 'cdn');
}

/** What visitors ask for, with weights; half of all is about products. */
function pathsOf(products: readonly DemoProduct[], page: string): (readonly [string, number])[] {
  const parts = [...new Set(page.match(/\/assets\/[\w.-]+/g))];
  return [
    ...products.flatMap(({ sku }, rank): [string, number][] => [
      [`/products/${sku}`, 4 / (rank + 1)],
      [`/products/${sku}/stock`, 1 / (rank + 1)],
    ]),
    ['/products', 2],
    ['/', 2],
    ...parts.map((part): [string, number] => [part, 4 / parts.length]),
  ];
}

async function look(
  shop: ShopClient,
  path: string,
  sku: string,
  known: Held | undefined,
  held: Map<string, Held>,
): Promise<Browsed> {
  const askedAtMs = Date.now();
  const headers = known ? { 'if-none-match': known.etag } : {};
  const answer = await shop.once({ method: 'GET', path, headers });
  const version = answer.status === 304 ? known?.version : versionOf(sku, answer);
  const etag = answer.headers.get('etag');
  if (answer.status === 200 && etag !== null) held.set(path, { etag, version });
  return {
    pattern: patternOf(path),
    status: answer.status,
    mark: answer.headers.get('x-cache')?.split(' ', 1)[0] ?? '',
    askedAtMs,
    ageSeconds: ageOf(answer, askedAtMs),
    boundSeconds: boundOf(answer.headers),
    version,
  };
}

function patternOf(path: string): string {
  return /^\/(?:products|assets\/)/.exec(path)?.[0].concat('*') ?? '*';
}

/** The version of a product that an answer shows: of itself, or in a list. */
function versionOf(sku: string, { body }: Answer): number | undefined {
  const { items, ...own } = (typeof body === 'object' ? body : {}) as Partial<ProductResource> & {
    items?: ProductResource[];
  };
  return [own, ...(items ?? [])].find((product) => product.sku === sku)?.version;
}
