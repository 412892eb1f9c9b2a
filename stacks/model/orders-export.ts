import { physicalName } from './names.ts';
import type { RetentionSettings, Stage } from './stages/stage-settings.ts';

/** Group of the schedule, so that the group's metrics are only its own. */
export const exportGroupName = (stage: Pick<Stage, 'name'>): string => physicalName(stage.name, 'exports');

/**
 * Target of the schedule, a call by its name in the SDK:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export const exportCall = { service: 'dynamodb', action: 'exportTableToPointInTime' } as const;

/** Parameters of the call. Without a client token, each run makes a new export. */
export const exportInput = (TableArn: string, S3Bucket: string) => ({
  ...{ TableArn, S3Bucket, S3Prefix: 'orders', S3SseAlgorithm: 'AES256' },
  ExportFormat: 'DYNAMODB_JSON',
});

/**
 * Rights of the schedule: DynamoDB writes the files with them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html
 */
export const exportStatements = (tableArn: string, bucketArn: string) => [
  { sid: 'ExportOrders', actions: ['dynamodb:ExportTableToPointInTime'], resources: [tableArn] },
  {
    sid: 'WriteFiles',
    actions: ['s3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectAcl'],
    resources: [`${bucketArn}/*`],
  },
];

export const exportRetries = { attempts: 5, maxAgeSeconds: 86_400 } as const;

export const exportRate = ({ exportEveryDays: days }: RetentionSettings): string =>
  `rate(${days} ${days === 1 ? 'day' : 'days'})`;
