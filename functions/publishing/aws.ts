import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as z from 'zod';
import { bucketSite } from '../adapters/aws/site.ts';
import { logger } from '../runtime/log.ts';
import { systemClock } from '../runtime/system.ts';
import { type BuiltFile, emptySite, publishSite } from './publish-site.ts';

/** Set by the stack. CloudFormation turns every value into a string. */
const properties = z.object({
  Bucket: z.string(),
  PageCacheControl: z.string(),
  EmptyOnDelete: z.enum(['true', 'false']),
  /** The page's runtime settings, published as config.json. */
  Config: z.record(z.string(), z.string()),
});

/** A deploy request without CloudFormation's callback URL. */
type PublishRequest = Pick<CloudFormationCustomResourceEvent, 'RequestType' | 'ResourceProperties'>;

/** The built storefront is deployed in the same package as this code. */
const siteFolder = join(__dirname, 'site');

async function apply(event: PublishRequest): Promise<void> {
  const { Bucket, PageCacheControl, EmptyOnDelete, Config } = properties.parse(event.ResourceProperties);
  const site = bucketSite(Bucket);
  if (event.RequestType === 'Delete') {
    if (EmptyOnDelete === 'true') await emptySite(site);
    return;
  }
  const files = [...(await readBuiltFiles()), { path: 'config.json', body: JSON.stringify(Config) }];
  await publishSite(files, { site, clock: systemClock, pageCacheControl: PageCacheControl });
}

async function readBuiltFiles(): Promise<BuiltFile[]> {
  const entries = await readdir(siteFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      path: file.slice(siteFolder.length + 1).replaceAll(sep, '/'),
      body: await readFile(file),
    })),
  );
}

/**
 * A CloudFormation custom resource: it must always respond, or the deploy waits for an hour. Terraform invokes the
 * function directly and sees the result.
 */
export async function handler(event: CloudFormationCustomResourceEvent | PublishRequest): Promise<void> {
  if (!('ResponseURL' in event)) return apply(event);
  let reason = '';
  try {
    await apply(event);
    logger.info('published', { request: event.RequestType });
  } catch (error) {
    reason = `${(error as Error).name}: ${(error as Error).message}`;
    logger.error('not published', error as Error);
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = JSON.stringify({
    Status: reason ? 'FAILED' : 'SUCCESS',
    Reason: reason,
    PhysicalResourceId: 'storefront',
    StackId,
    RequestId,
    LogicalResourceId,
  });
  // Bytes, because a string would add a content type that the URL's signature does not cover.
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(body) });
  if (!answer.ok) throw new Error(`CloudFormation rejected the response with status ${answer.status}`);
}
