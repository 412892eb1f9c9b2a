import {
  DescribeExportCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateListExports,
} from '@aws-sdk/client-dynamodb';
import { tableName } from '../../../../stacks/model/table-shapes.ts';
import { type Check, failed, type Look, notNeeded, ok } from '../check.ts';
import type { AwsContext } from './context.ts';

const dayMs = 86_400_000;
/** Exports to examine, the newest first: failed and running ones may come before the last complete one. */
const examined = 10;

/** Orders expire, and then only an export has them. An export that fails after its start raises no alarm. */
export const ordersExport: Check<AwsContext> = {
  name: 'orders-export',
  permissions: ['DescribeExport', 'DescribeTable', 'ListExports'].map((action) => ({ action: `dynamodb:${action}` })),
  look: async (context) => {
    const { retention } = context.stage;
    if (!retention) return notNeeded('nothing: the stage keeps its orders for ever');
    const { dynamodb } = context.clients();
    const table = await findTable(dynamodb, tableName(context.stage, 'orders'));
    if (!table) return notNeeded('nothing yet: the stage has no orders');
    const newest = await findComplete(dynamodb, table.TableArn);
    return judge(newest, table.CreationDateTime ?? new Date(0), 2 * retention.exportEveryDays, Date.now());
  },
};

/** Days since the newest export, or since the table began to exist. */
export function judge(newest: Date | undefined, createdAt: Date, days: number, nowMs: number): Look {
  const needed = `a complete export of the orders in the last ${days} days`;
  const age = Math.floor((nowMs - (newest ?? createdAt).getTime()) / dayMs);
  const found = newest ? `the newest is ${age} days old` : `none, and the table is ${age} days old`;
  return age < days ? ok(found, needed) : failed(found, needed, 'See docs/runbook.md#orders-not-exported.');
}

async function findTable(dynamodb: DynamoDBClient, TableName: string) {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function findComplete(dynamodb: DynamoDBClient, TableArn: string | undefined): Promise<Date | undefined> {
  const arns: string[] = [];
  for await (const { ExportSummaries = [] } of paginateListExports({ client: dynamodb }, { TableArn }))
    arns.push(...ExportSummaries.flatMap(({ ExportArn }) => ExportArn ?? []));
  // The id of an export begins with its time.
  for (const ExportArn of arns.toSorted().toReversed().slice(0, examined)) {
    const { ExportDescription: one } = await dynamodb.send(new DescribeExportCommand({ ExportArn }));
    if (one?.ExportStatus === 'COMPLETED' && one.ExportTime) return one.ExportTime;
  }
  return undefined;
}
