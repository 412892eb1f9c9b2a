import { firstObject, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';
import { pascal } from './terraform-text.ts';

/** Maps Terraform's separate bucket resources to properties of AWS::S3::Bucket. */
export const bucketParts: Readonly<Record<string, (body: JsonObject) => JsonObject>> = {
  aws_s3_bucket_acl: ({ acl }) => ({ AccessControl: acl === 'log-delivery-write' ? 'LogDeliveryWrite' : (acl ?? '') }),
  aws_s3_bucket_lifecycle_configuration: ({ rule }) => ({
    LifecycleConfiguration: {
      Rules: toList(rule)
        .map(toObject)
        .map(({ status, expiration, id: _, filter: __, ...others }) => ({
          ExpirationInDays: firstObject(expiration).days ?? null,
          Status: status ?? null,
          ...toObject(pascal(others)),
        })),
    },
  }),
  aws_s3_bucket_logging: ({ target_bucket, target_prefix }) => ({
    LoggingConfiguration: { DestinationBucketName: target_bucket ?? null, LogFilePrefix: target_prefix ?? null },
  }),
  aws_s3_bucket_ownership_controls: ({ rule }) => ({
    OwnershipControls: { Rules: toList(rule).map((one) => pascal(one)) },
  }),
  aws_s3_bucket_policy: ({ policy }) => ({ Policy: policy ?? null }),
  aws_s3_bucket_public_access_block: ({ bucket: _, ...body }) => ({ PublicAccessBlockConfiguration: pascal(body) }),
  aws_s3_bucket_server_side_encryption_configuration: ({ rule }) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: toList(rule).map((one) => ({
        ServerSideEncryptionByDefault: pascal(firstObject(toObject(one).apply_server_side_encryption_by_default), {
          sse_algorithm: 'SSEAlgorithm',
        }),
      })),
    },
  }),
};
