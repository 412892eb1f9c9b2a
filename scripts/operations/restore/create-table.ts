import type {
  CreateTableCommandInput,
  UpdateContinuousBackupsCommandInput,
  UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';
import { physicalName, project } from '../../../stacks/model/names.ts';
import type { TableName } from '../../../stacks/model/services.ts';
import type { Stage, TableBilling } from '../../../stacks/model/stages/stage-settings.ts';
import { tableShapes } from '../../../stacks/model/table-shapes.ts';

/**
 * A deleted table with the settings from the stage's stacks: stream, indexes, capacity, deletion protection, tags. A
 * restored table lacks the stream, and loses the settings that are applied after creation.
 */
export function toCreateTable(stage: Stage, table: TableName): CreateTableCommandInput {
  const { sortKey, stream, indexes = [] } = tableShapes[table];
  const billing = throughput(stage.tables[table]);
  const keys = ['pk', sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  return {
    TableName: physicalName(stage.name, table),
    AttributeDefinitions: [...new Set(keys.filter((key) => key !== undefined))].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: keySchema('pk', sortKey),
    ...('ProvisionedThroughput' in billing ? { BillingMode: 'PROVISIONED' } : { BillingMode: 'PAY_PER_REQUEST' }),
    ...billing,
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey: sort, holds }) => ({
        IndexName: name,
        KeySchema: keySchema(partitionKey, sort),
        Projection: { ProjectionType: holds === 'keys' ? 'KEYS_ONLY' : 'ALL' },
        ...billing,
      })),
    }),
    DeletionProtectionEnabled: stage.deletionProtection,
    Tags: [
      { Key: 'project', Value: project },
      { Key: 'stage', Value: stage.name },
    ],
  };
}

/** Settings that only an existing table accepts; undefined where the stage has none. */
export function toLaterSettings(stage: Stage, table: TableName) {
  const TableName = physicalName(stage.name, table);
  const { expiresAt } = tableShapes[table];
  const { pointInTimeRecoveryDays: days } = stage;
  const timeToLive: UpdateTimeToLiveCommandInput | undefined = expiresAt
    ? { TableName, TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true } }
    : undefined;
  const recovery: UpdateContinuousBackupsCommandInput | undefined =
    days === null
      ? undefined
      : {
          TableName,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
        };
  return { timeToLive, recovery };
}

const keySchema = (hash: string, range: string | undefined): CreateTableCommandInput['KeySchema'] => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
];

function throughput(billing: TableBilling) {
  if (billing.mode === 'provisioned') {
    const { read, write } = billing;
    return { ProvisionedThroughput: { ReadCapacityUnits: read.minUnits, WriteCapacityUnits: write.minUnits } };
  }
  const { maxReadUnitsPerSecond, maxWriteUnitsPerSecond, warm } = billing;
  return {
    OnDemandThroughput: {
      MaxReadRequestUnits: maxReadUnitsPerSecond,
      MaxWriteRequestUnits: maxWriteUnitsPerSecond,
    },
    ...(warm && {
      WarmThroughput: { ReadUnitsPerSecond: warm.readUnitsPerSecond, WriteUnitsPerSecond: warm.writeUnitsPerSecond },
    }),
  };
}
