import type { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule/index.js';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group/index.js';
import { Construct } from 'constructs';
import { nameInAccount } from '../../model/names.ts';
import {
  exportCall,
  exportGroupName,
  exportInput,
  exportRate,
  exportRetries,
  exportStatements,
} from '../../model/orders-export.ts';
import type { RetentionSettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';
import { PrivateBucket } from './bucket.ts';
import { grant, toPolicyDocument } from './iam-policy.ts';

export interface OrdersExportProps {
  readonly stage: Stage;
  readonly retention: RetentionSettings;
  readonly account: Account;
  readonly orders: DynamodbTable;
}

/** Exports the orders table to a bucket of its own, before its rows expire. Nothing deletes the exports. */
export class OrdersExport extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { stage, retention, account, orders }: OrdersExportProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'OrdersExport', { stage, keep: stage.keepData });
    this.bucket.addPolicy([]);
    const { arn, bucket } = this.bucket.bucket;
    const group = new SchedulerScheduleGroup(this, 'Group', { name: exportGroupName(stage) });
    const role = new IamRole(this, 'Role', {
      name: nameInAccount(stage, 'orders-export'),
      assumeRolePolicy: toPolicyDocument([assumedByGroup(group.arn, account)]),
    });
    const policy = toPolicyDocument(exportStatements(orders.arn, arn).map(grant));
    const grants = new IamRolePolicy(this, 'Grants', { name: 'grants', role: role.id, policy });
    new SchedulerSchedule(this, 'Schedule', {
      groupName: group.name,
      scheduleExpression: exportRate(retention),
      scheduleExpressionTimezone: 'Etc/UTC',
      state: 'ENABLED',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:${account.partition}:scheduler:::aws-sdk:${exportCall.service}:${exportCall.action}`,
        roleArn: role.arn,
        input: JSON.stringify(exportInput(orders.arn, bucket)),
        retryPolicy: {
          maximumRetryAttempts: exportRetries.attempts,
          maximumEventAgeInSeconds: exportRetries.maxAgeSeconds,
        },
      },
      dependsOn: [grants],
    });
  }
}

const assumedByGroup = (groupArn: string, { id }: Account) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'scheduler.amazonaws.com' },
  Condition: { StringEquals: { 'aws:SourceAccount': id, 'aws:SourceArn': groupArn } },
});
