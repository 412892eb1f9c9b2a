import { expect, test } from 'vitest';
import { toCreateTable, toLaterSettings } from '../../../scripts/operations/restore/create-table.ts';
import { tableNames } from '../../../stacks/model/services.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findOneWith, synthesize } from './synthesize.ts';

type Properties = Record<string, unknown> & { readonly Replicas: readonly Record<string, unknown>[] };

const cases = (['dev', 'staging', 'prod'] as const).flatMap((name) =>
  tableNames.map((table) => [name, table] as const),
);

test.each(cases)('a restore gives %s/%s the settings of its template', (name, table) => {
  const created = toCreateTable(stages[name], table);
  const { data } = synthesize(stages[name]);
  const found = findOneWith(data, 'AWS::DynamoDB::GlobalTable', 'TableName', created.TableName ?? '') as Properties;
  const [replica = {}] = found.Replicas;
  const { timeToLive, recovery } = toLaterSettings(stages[name], table);
  expect(created.KeySchema).toEqual(found.KeySchema);
  expect(new Set(created.AttributeDefinitions)).toEqual(new Set(found.AttributeDefinitions as object[]));
  expect(created.BillingMode).toBe(found.BillingMode);
  expect(created.StreamSpecification?.StreamViewType).toEqual(
    (found.StreamSpecification as { StreamViewType: string } | undefined)?.StreamViewType,
  );
  const indexes = created.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  expect(found.GlobalSecondaryIndexes ?? undefined).toEqual(indexes?.map((index) => expect.objectContaining(index)));
  expect(created.OnDemandThroughput?.MaxWriteRequestUnits).toBe(
    (found.WriteOnDemandThroughputSettings as { MaxWriteRequestUnits: number } | undefined)?.MaxWriteRequestUnits,
  );
  expect(created.DeletionProtectionEnabled).toBe(replica.DeletionProtectionEnabled);
  expect(timeToLive?.TimeToLiveSpecification).toEqual(found.TimeToLiveSpecification);
  expect(recovery?.PointInTimeRecoverySpecification).toEqual(replica.PointInTimeRecoverySpecification);
});
