import { CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { functionArchitecture } from '../../model/architecture.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import { logStatement, publishingStatements } from '../../model/statements.ts';
import { allow } from '../iam-grants.ts';
import { toRemovalPolicy } from '../table.ts';

/** The built storefront, in the package of the function that publishes it. */
export interface StorefrontBuild {
  readonly code: Code;
  /** A change makes the deploy publish again. */
  readonly revision: string;
}

/** A bucket that only the CDN reads. CloudFormation generates its name: bucket names are globally unique. */
export class StorefrontBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly accessLogs?: Bucket }) {
    super(scope, id);
    const { stage, accessLogs } = props;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: stage.queues.tlsOnly,
      ...(accessLogs && { serverAccessLogsBucket: accessLogs as IBucket, serverAccessLogsPrefix: 'storefront/' }),
      removalPolicy: toRemovalPolicy(stage),
    });
    if (accessLogs) return;
    const reason = 'Access logs are a stage setting, and this stage has none';
    Validations.of(this.bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason });
  }
}

export interface PublishingProps {
  readonly stage: Stage;
  readonly bucket: Bucket;
  readonly build: StorefrontBuild;
  /** Becomes /config.json. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Uploads the built storefront to its bucket on each deploy that changes it. Not BucketDeployment: it needs a layer
 * with the AWS CLI, which the local engines lack, and sets one Cache-Control for all files.
 */
export class Publishing extends Construct {
  constructor(scope: Construct, id: string, props: PublishingProps) {
    super(scope, id);
    const { stage, bucket, build, config } = props;
    const publisher = this.addFunction(props);
    const { browserSeconds, edgeSeconds } = stage.caching.page;
    const files = new CustomResource(this, 'Files', {
      resourceType: 'Custom::Storefront',
      serviceToken: publisher.functionArn,
      serviceTimeout: Duration.seconds(120),
      properties: {
        Bucket: bucket.bucketName,
        Revision: build.revision,
        PageCacheControl: `public, max-age=${browserSeconds}, s-maxage=${edgeSeconds}`,
        EmptyOnDelete: String(!stage.keepData),
        Config: config,
      },
    });
    // On its policies too: on stack deletion the function must still be allowed to empty the bucket.
    files.node.addDependency(publisher.role ?? publisher, bucket);
  }

  private addFunction({ stage, bucket, build }: PublishingProps): LambdaFunction {
    const functionName = physicalName(stage.name, 'publishing');
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stage.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(allow(logStatement(logGroup.logGroupArn)));
    for (const statement of publishingStatements(bucket.bucketArn)) role.addToPolicy(allow(statement));
    const bucketId = Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket);
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/*]`,
      reason: 'It writes and deletes all files of this one bucket',
    });
    return new LambdaFunction(this, 'Function', {
      functionName,
      description: 'Uploads the built storefront to its bucket',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.custom(functionArchitecture),
      handler: 'index.handler',
      code: build.code,
      memorySize: 512,
      timeout: Duration.seconds(60),
      role,
      logGroup,
      environment: { POWERTOOLS_SERVICE_NAME: 'publishing', LOG_LEVEL: stage.logLevel },
    });
  }
}
