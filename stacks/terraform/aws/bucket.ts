import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3BucketAcl } from '@cdktf/provider-aws/lib/s3-bucket-acl/index.js';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { tlsOnly, toPolicyDocument } from './iam-policy.ts';

export interface PrivateBucketProps {
  readonly stage: Stage;
  /** An apply that would destroy it fails. */
  readonly keep: boolean;
}

/** A bucket without public access. Terraform generates its name: bucket names are globally unique. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  private readonly stage: Stage;
  private readonly block: S3BucketPublicAccessBlock;

  constructor(scope: Construct, id: string, { stage, keep }: PrivateBucketProps) {
    super(scope, id);
    this.stage = stage;
    this.bucket = new S3Bucket(this, 'Bucket', {
      bucketPrefix: `${physicalName(stage.name, id).toLowerCase()}-`.slice(0, 37),
      forceDestroy: !keep,
      lifecycle: { preventDestroy: keep },
    });
    const bucket = this.bucket.id;
    this.block = new S3BucketPublicAccessBlock(this, 'Block', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
  }

  /** Sets the bucket policy: these statements, and no access without TLS. */
  addPolicy(statements: readonly object[]): void {
    const all = [
      ...(this.stage.queues.tlsOnly ? [tlsOnly('s3:*', [this.bucket.arn, `${this.bucket.arn}/*`])] : []),
      ...statements,
    ];
    if (all.length === 0) return;
    new S3BucketPolicy(this, 'Policy', {
      bucket: this.bucket.id,
      policy: toPolicyDocument(all),
      dependsOn: [this.block],
    });
  }

  /** CloudFront's standard logs need ACLs, which a bucket rejects by default. */
  acceptLogs(days: number): void {
    const bucket = this.bucket.id;
    const owner = new S3BucketOwnershipControls(this, 'Ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerPreferred' },
    });
    new S3BucketAcl(this, 'Acl', { bucket, acl: 'log-delivery-write', dependsOn: [owner, this.block] });
    new S3BucketLifecycleConfiguration(this, 'Expiry', {
      bucket,
      rule: [{ id: 'expiry', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days }] }],
    });
  }

  writeLogsTo(logs: PrivateBucket, targetPrefix: string): void {
    new S3BucketLoggingA(this, 'Logging', { bucket: this.bucket.id, targetBucket: logs.bucket.id, targetPrefix });
  }
}
