import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Universal } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { nameInAccount } from '../model/names.ts';
import {
  exportCall,
  exportGroupName,
  exportInput,
  exportRate,
  exportRetries,
  exportStatements,
} from '../model/orders-export.ts';
import type { RetentionSettings, Stage } from '../model/stages/stage-settings.ts';
import { type Table, toRemovalPolicy } from './table.ts';

export interface OrdersExportProps {
  readonly stage: Stage;
  readonly retention: RetentionSettings;
  readonly orders: Table;
}

/** Exports the orders table to a bucket of its own, before its rows expire. Nothing deletes the exports. */
export class OrdersExport extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, retention, orders }: OrdersExportProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: stage.queues.tlsOnly,
      removalPolicy: toRemovalPolicy(stage),
    });
    const reason = 'Only the schedule and the operators of the account use it; CloudTrail records them';
    Validations.of(this.bucket).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason });
    const { tableArn } = orders.table;
    const group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: exportGroupName(stage),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new Schedule(this, 'Schedule', {
      scheduleGroup: group,
      schedule: ScheduleExpression.expression(exportRate(retention)),
      target: new Universal({
        ...exportCall,
        role: this.addRole(stage, group),
        input: ScheduleTargetInput.fromObject(exportInput(tableArn, this.bucket.bucketName)),
        policyStatements: exportStatements(tableArn, this.bucket.bucketArn).map((right) => new PolicyStatement(right)),
        retryAttempts: exportRetries.attempts,
        maxEventAge: Duration.seconds(exportRetries.maxAgeSeconds),
      }),
    });
  }

  private addRole(stage: Stage, { scheduleGroupArn }: ScheduleGroup): Role {
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': scheduleGroupArn },
    };
    const role = new Role(this, 'Role', {
      roleName: nameInAccount(stage, 'orders-export'),
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    });
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    Validations.of(role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/*]`,
      reason: 'DynamoDB chooses the names of the files in this bucket, which holds nothing else',
    });
    return role;
  }
}
