import { DeleteObjectsCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { toChunks } from '../../lib/chunks.ts';
import type { PublishedFile, Site } from '../../ports/site.ts';
import { clientSettings } from './clients/client-settings.ts';

// Path style: the local engines do not resolve bucket host names, and AWS accepts both.
const s3 = new S3Client({ ...clientSettings, forcePathStyle: true });

/** Limit of one DeleteObjects call: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const maxDeletesPerCall = 1_000;

export function bucketSite(bucket: string): Site {
  return {
    async list() {
      const files: PublishedFile[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
        for (const { Key = '', LastModified = new Date() } of Contents) {
          files.push({ path: Key, publishedAt: LastModified });
        }
      }
      return files;
    },
    async put({ path, body, contentType, cacheControl }) {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: path,
          Body: body,
          ContentType: contentType,
          CacheControl: cacheControl,
        }),
      );
    },
    async remove(paths) {
      for (const chunk of toChunks(paths, maxDeletesPerCall)) {
        const Objects = chunk.map((Key) => ({ Key }));
        const { Errors = [] } = await s3.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first)
          throw new Error(`could not delete ${Errors.length} files from ${bucket}; ${first.Key}: ${first.Message}`);
      }
    },
  };
}
