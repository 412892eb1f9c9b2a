import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation/index.js';
import { Construct } from 'constructs';
import type { Stage } from '../../../model/stages/stage-settings.ts';
import { publishingStatements } from '../../../model/statements.ts';
import type { Code } from '../../code.ts';
import type { PrivateBucket } from '../bucket.ts';
import { addLambda } from '../lambda.ts';

export interface PublishingProps {
  readonly stage: Stage;
  readonly bucket: PrivateBucket;
  readonly code: Code;
  readonly runtime: string;
  /** Becomes /config.json. */
  readonly config: Readonly<Record<string, string>>;
}

/** Uploads the built storefront to its bucket on each apply that changes it, with the same function as CDK. */
export class Publishing extends Construct {
  constructor(scope: Construct, id: string, props: PublishingProps) {
    super(scope, id);
    const { stage, code, config } = props;
    const { bucket } = props.bucket;
    const publisher = addLambda(this, {
      stage,
      name: 'publishing',
      description: 'Uploads the built storefront to its bucket',
      code,
      runtime: props.runtime,
      memoryMb: 512,
      timeoutSeconds: 60,
      environment: { POWERTOOLS_SERVICE_NAME: 'publishing', LOG_LEVEL: stage.logLevel },
      statements: publishingStatements(bucket.arn),
      keepLogs: false,
      versioned: false,
    });
    const { browserSeconds, edgeSeconds } = stage.caching.page;
    new LambdaInvocation(this, 'Files', {
      functionName: publisher.functionName,
      input: JSON.stringify({
        RequestType: 'Update',
        ResourceProperties: {
          Bucket: bucket.bucket,
          Revision: code.hash,
          PageCacheControl: `public, max-age=${browserSeconds}, s-maxage=${edgeSeconds}`,
          EmptyOnDelete: String(!stage.keepData),
          Config: config,
        },
      }),
    });
  }
}
