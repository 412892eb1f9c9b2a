import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Site } from '../../../functions/ports/site.ts';
import { publishSite } from '../../../functions/publishing/publish-site.ts';
import { systemClock } from '../../../functions/runtime/system.ts';
import type { Outputs } from '../deploy/deployment.ts';
import { projectFolder } from '../process/paths.ts';
import { watchFolder } from '../process/watch-folder.ts';
import type { Edge } from './server.ts';

export interface WatchedStorefront {
  readonly s3: S3Client;
  readonly outputs: Outputs;
  readonly edge: Edge;
  readonly say: (text: string) => void;
}

/** Wait after a change, because editors write a file in several steps. */
const settleMs = 50;

/** Builds and publishes the page again after each save. @returns a function that ends the watch */
export function watchStorefront(storefront: WatchedStorefront): () => void {
  const folder = join(projectFolder, 'storefront');
  if (!existsSync(folder) || storefront.outputs.StorefrontBucket === undefined) return () => {};
  const changed = new Set<string>();
  let running = false;
  const rebuild = async () => {
    if (running) return;
    running = true;
    while (changed.size > 0) {
      await sleep(settleMs);
      const files = [...changed].join(', ');
      changed.clear();
      await publish(storefront, files);
    }
    running = false;
  };
  return watchFolder(folder, (path) => {
    changed.add(path);
    void rebuild();
  });
}

async function publish({ s3, outputs, edge, say }: WatchedStorefront, files: string): Promise<void> {
  const started = performance.now();
  try {
    // Imported on demand, because the builder takes half a second to load.
    const { buildStorefront } = await import('../../../stacks/build/storefront.ts');
    const { readTree } = await import('../../../stacks/build/write-tree.ts');
    const built = [...readTree(await buildStorefront())].map(([path, body]) => ({ path, body }));
    await publishSite(built, {
      site: toSite(s3, outputs.StorefrontBucket),
      clock: systemClock,
      pageCacheControl: 'no-cache',
    });
    edge.invalidate(['/*']);
    say(`storefront: new page after ${Math.round(performance.now() - started)} ms (${files}); reload the browser`);
  } catch (error) {
    say(`storefront: build failed, keeping the last good page\n${(error as Error).message}`);
  }
}

/** Keeps all other objects in the bucket: config.json, written by the deploy, and the assets of open pages. */
function toSite(s3: S3Client, Bucket: string | undefined): Site {
  return {
    put: async ({ path: Key, body: Body, contentType: ContentType, cacheControl: CacheControl }) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, CacheControl }));
    },
    list: async () => [],
    remove: async () => {},
  };
}
