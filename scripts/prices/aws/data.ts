import { infracost, readAt, steps, unread } from '../price.ts';
import { rowsOf } from './row.ts';

const million = 1_000_000;
const page = 'https://aws.amazon.com/dynamodb/pricing/';
const table = rowsOf('DynamoDB', page);
const test = infracost('aws/dynamodb_table');
const requests = readAt(
  'https://github.com/aws/agent-toolkit-for-aws/tree/d6ad2e4/skills/specialized-skills',
  '2026-08',
);

const storage = rowsOf('S3', 'https://aws.amazon.com/s3/pricing/');
const bucket = infracost('aws/s3_bucket');
const transfer = rowsOf('Data transfer', 'https://aws.amazon.com/ec2/pricing/on-demand/');

/** Tables, buckets, and traffic out of the region. */
export const dataPrices = {
  'dynamodb.writes': table('write request units', {
    ...{ unit: 'unit', per: million, us: '0.625', eu: '0.7625', source: requests },
  }),
  'dynamodb.reads': table('read request units', {
    ...{ unit: 'unit', per: million, us: '0.125', eu: '0.1525', source: requests },
  }),
  'dynamodb.replicatedWrites': table('replicated write request units', {
    ...{ unit: 'unit', per: million, us: '0.625', eu: '0.7625', source: test },
    others: { 'us-east-2': '0.625', 'us-west-1': '0.6975' },
  }),
  'dynamodb.provisionedWrites': table('provisioned write units', {
    ...{ unit: 'unit-hour', us: '0.00065', eu: '0.000793', fixed: true, source: test },
  }),
  'dynamodb.provisionedReads': table('provisioned read units', {
    ...{ unit: 'unit-hour', us: '0.00013', eu: '0.0001586', fixed: true, source: test },
  }),
  // Warm throughput is charged once, like the writes and reads that would have warmed the table.
  'dynamodb.warmWrites': table('warm throughput for writes, charged once', {
    ...{ unit: 'unit a second', us: '0.00065', eu: '0.000793', source: unread(page) },
  }),
  'dynamodb.warmReads': table('warm throughput for reads, charged once', {
    ...{ unit: 'unit a second', us: '0.00013', eu: '0.0001586', source: unread(page) },
  }),
  'dynamodb.storage': table('storage', { unit: 'GB-month', us: '0.25', eu: '0.306', free: 25, source: test }),
  'dynamodb.recovery': table('point-in-time recovery', { unit: 'GB-month', us: '0.20', eu: '0.2448', source: test }),
  'dynamodb.backup': table('backups', { unit: 'GB-month', us: '0.10', eu: '0.1224', source: test }),
  'dynamodb.restore': table('restored', { unit: 'GB', us: '0.15', eu: '0.1836', source: test }),
  'dynamodb.streamReads': table('reads of a stream, other than by Lambda', {
    ...{ unit: 'read', per: 100_000, us: '0.02', eu: '0.0245', free: 2_500_000, source: test },
  }),
  's3.storage': storage('storage', { unit: 'GB-month', us: '0.023', eu: '0.0245', source: bucket }),
  's3.writes': storage('PUT, LIST', { unit: 'request', per: 1_000, us: '0.005', eu: '0.0054', source: bucket }),
  's3.reads': storage('GET', { unit: 'request', per: 1_000, us: '0.0004', eu: '0.00043', source: bucket }),
  'transfer.out': transfer('to the internet', {
    ...{ unit: 'GB', free: 100, source: readAt('https://aws.amazon.com/ec2/pricing/on-demand/', '2026-03') },
    ...{ us: outward(), eu: outward() },
  }),
};

function outward() {
  return steps([10_240, '0.09'], [40_960, '0.085'], [102_400, '0.07'], [Number.POSITIVE_INFINITY, '0.05']);
}
