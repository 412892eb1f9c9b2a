import { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { Headers, Origin } from './messages.ts';

/** A private bucket as an origin. Reads with the platform's credentials; CloudFront uses origin access control. */
export function bucketOrigin(s3: S3Client, bucket: string): Origin {
  return async ({ path, headers, signal }) => {
    const range = headers.range;
    const tag = headers['if-none-match'];
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: decodeURIComponent((path.split('?', 1)[0] ?? '').slice(1)),
      ...(typeof range === 'string' && { Range: range }),
      ...(typeof tag === 'string' && { IfNoneMatch: tag }),
    });
    try {
      const answer = await s3.send(command, { abortSignal: signal });
      return { status: answer.ContentRange ? 206 : 200, headers: toHeaders(answer), body: answer.Body as Readable };
    } catch (error) {
      const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name: string };
      const status = $metadata?.httpStatusCode;
      if (status === undefined) throw error;
      const text = status === 304 ? '' : `${name}\n`;
      const described = status === 304 && typeof tag === 'string' ? { etag: tag } : { 'content-type': 'text/plain' };
      return { status, headers: described, body: Readable.from(text === '' ? [] : [Buffer.from(text)]) };
    }
  };
}

function toHeaders(answer: GetObjectCommandOutput): Headers {
  const { AcceptRanges, CacheControl, ContentEncoding, ContentLength, ContentRange, ContentType, ETag, LastModified } =
    answer;
  return {
    'accept-ranges': AcceptRanges,
    'cache-control': CacheControl,
    'content-encoding': ContentEncoding,
    'content-length': ContentLength === undefined ? undefined : String(ContentLength),
    'content-range': ContentRange,
    'content-type': ContentType,
    etag: ETag,
    'last-modified': LastModified?.toUTCString(),
  };
}
