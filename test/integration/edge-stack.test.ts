import { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { adminToken, eventually, freshProduct, lacking, output, sdkConfig, shop } from '../support/deployed.ts';

const cloudFront = new CloudFrontClient(sdkConfig);
const s3 = new S3Client({ ...sdkConfig, forcePathStyle: true });

/** Cache by id: an invalidation never changes, and reading all of them again would distort the measured times. */
const pathsById = new Map<string, readonly string[]>();

async function invalidatedPaths(): Promise<string[]> {
  const DistributionId = output('DistributionId');
  const { InvalidationList } = await cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  const ids = (InvalidationList?.Items ?? []).map(({ Id = '' }) => Id);
  await Promise.all(
    ids.map(async (Id) => {
      if (pathsById.has(Id)) return;
      const { Invalidation } = await cloudFront.send(new GetInvalidationCommand({ DistributionId, Id }));
      pathsById.set(Id, Invalidation?.InvalidationBatch?.Paths?.Items ?? []);
    }),
  );
  return ids.flatMap((id) => pathsById.get(id) ?? []);
}

test('invalidates a changed product within seconds, and nothing after a restock', async (context) => {
  const lack = lacking('cdn');
  if (lack) return context.skip(lack);
  const sku = await freshProduct({ units: 10 });
  const times = async () => (await invalidatedPaths()).filter((path) => path === `/products/${sku}`).length;
  // Otherwise creation and change may share one invalidation.
  await eventually(async () => expect(await times()).toBe(1));
  const body = { name: 'Lamp', unitPrice: 999, currency: 'EUR', peakOrdersPerSecond: 200 };
  const headers = { 'if-match': '"1"' };
  const changed = await shop.call({ method: 'PUT', path: `/products/${sku}`, token: adminToken, headers, body });
  expect(changed).toMatchObject({ status: 200 });
  const started = Date.now();
  await eventually(async () => {
    // One for the creation, one for the change.
    expect(await times()).toBe(2);
    expect(await invalidatedPaths()).toContain('/products');
  });
  expect(Date.now() - started).toBeLessThan(5_000);
});

test('deploys the storefront to its bucket with the right cache lifetimes', async (context) => {
  const lack = lacking('cdn');
  if (lack) return context.skip(lack);
  const Bucket = output('StorefrontBucket');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const files = Contents.map(({ Key = '' }) => Key);
  expect(files).toEqual(expect.arrayContaining(['index.html', 'config.json']));
  for (const Key of files) {
    const { CacheControl } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(CacheControl, Key).toBe(
      Key.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=0, s-maxage=5',
    );
  }
});
