import { describe, expect, test } from 'vitest';
import { physicalName, project } from '../../../stacks/model/names.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { findOneWith, findProperties, findResources, synthesize } from './synthesize.ts';

const tableType = 'AWS::DynamoDB::GlobalTable';
const replica = (table: Record<string, unknown>) => (table.Replicas as Record<string, unknown>[])[0] ?? {};
const table = (stage: keyof typeof stages, name: string) =>
  findOneWith(synthesize(stages[stage]).data, tableType, 'TableName', physicalName(stage, name));

test('keeps the logical ids of the tables, because a new id would replace the data', () => {
  const tables = Object.entries(findResources(synthesize(stages.prod).data, tableType));
  expect(Object.fromEntries(tables.map(([id, { Properties }]) => [Properties.TableName, id]))).toEqual({
    [physicalName('prod', 'orders')]: 'OrdersTable1F8332C7',
    [physicalName('prod', 'stock')]: 'StockTable32C7FBF3',
    [physicalName('prod', 'catalog')]: 'CatalogTableBBEA0CBC',
    [physicalName('prod', 'views')]: 'ViewsTable3452DA9D',
    [physicalName('prod', 'coordination')]: 'CoordinationTableB8240530',
  });
});

test('keeps the logical ids of user pool and client, because a new id would lose the customers', () => {
  const { data } = synthesize(stages.prod);
  expect(Object.keys(findResources(data, 'AWS::Cognito::UserPool'))).toEqual(['CustomersPool6FDCCC04']);
  expect(Object.keys(findResources(data, 'AWS::Cognito::UserPoolClient'))).toEqual(['CustomersPoolStorefrontB57D5CC9']);
});

test.each([
  ['orders', ['pk', 'sk']],
  ['stock', ['pk']],
  ['catalog', ['pk']],
  ['views', ['pk', 'sk']],
  ['coordination', ['pk']],
])('gives table %s the keys %j', (name, keys) => {
  const schema = table('dev', name).KeySchema as { AttributeName: string }[];
  expect(schema.map((key) => key.AttributeName)).toEqual(keys);
});

test('streams new images of orders and both of catalog; indexes orders by customer, and keys of open orders', () => {
  const streams = findProperties(synthesize(stages.dev).data, tableType).map((each) => each.StreamSpecification);
  expect(streams.filter(Boolean)).toEqual([{ StreamViewType: 'NEW_IMAGE' }, { StreamViewType: 'NEW_AND_OLD_IMAGES' }]);
  expect(table('dev', 'orders')).toMatchObject({
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byCustomer',
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'acceptedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'open',
        KeySchema: [
          { AttributeName: 'open', KeyType: 'HASH' },
          { AttributeName: 'acceptedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
});

test('expires rows of orders and views only', () => {
  const specifications = findProperties(synthesize(stages.dev).data, tableType).map(
    (each) => each.TimeToLiveSpecification,
  );
  const expiry = { AttributeName: 'expiresAt', Enabled: true };
  expect(specifications.filter(Boolean)).toEqual([expiry, expiry]);
});

describe('data that must survive', () => {
  test.each(['staging', 'prod'] as const)('%s retains every table when its stack is deleted', (stage) => {
    for (const resource of Object.values(findResources(synthesize(stages[stage]).data, tableType))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      expect(replica(resource.Properties)).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  test.each(['dev', 'local'] as const)('%s deletes every table with its stack', (stage) => {
    for (const resource of Object.values(findResources(synthesize(stages[stage]).data, tableType))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      expect(replica(resource.Properties)).toMatchObject({ DeletionProtectionEnabled: false });
    }
  });
});

describe('capacity', () => {
  test('prod is on demand, pre-warmed and capped, including its indexes', () => {
    const orders = table('prod', 'orders');
    const warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 8_000 };
    expect(orders).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      WarmThroughput: warm,
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 16_000 },
      GlobalSecondaryIndexes: Array(2).fill({
        WarmThroughput: warm,
        WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 16_000 },
      }),
    });
    expect(replica(orders)).toMatchObject({
      ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 20_000 },
      GlobalSecondaryIndexes: Array(2).fill({ ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 20_000 } }),
    });
  });

  test('staging is provisioned and auto-scaled, except the table with indexes', () => {
    const scaling = {
      MinCapacity: 10,
      MaxCapacity: 500,
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    };
    const stock = table('staging', 'stock');
    expect(stock).toMatchObject({
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaling },
    });
    expect(replica(stock)).toMatchObject({
      ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: scaling },
    });
    expect(table('staging', 'orders')).toMatchObject({ BillingMode: 'PAY_PER_REQUEST' });
  });

  test('an index of a provisioned table scales like the table', () => {
    const { stock } = stages.staging.tables;
    const stage = { ...stages.staging, tables: { ...stages.staging.tables, orders: stock } };
    const orders = findOneWith(
      synthesize(stage).data,
      'AWS::DynamoDB::GlobalTable',
      'TableName',
      physicalName('staging', 'orders'),
    );
    const { WriteProvisionedThroughputSettings: write } = orders;
    expect(orders).toMatchObject({
      GlobalSecondaryIndexes: Array(2).fill({ WriteProvisionedThroughputSettings: write }),
    });
  });
});

test('publishes outputs and parameters for other stacks and scripts', () => {
  const { data } = synthesize(stages.dev);
  const keys = [
    'CatalogStreamArn',
    'CatalogTable',
    'CoordinationTable',
    'OrdersStreamArn',
    'OrdersTable',
    'SignInUrl',
    'StockTable',
    'UserPoolClientId',
    'UserPoolId',
    'ViewsTable',
  ];
  expect(Object.keys(data.toJSON().Outputs).sort()).toEqual(keys.toSorted());
  expect(
    findProperties(data, 'AWS::SSM::Parameter')
      .map((each) => each.Name)
      .sort(),
  ).toEqual(
    [
      `/${project}/dev/catalog-stream-arn`,
      `/${project}/dev/catalog-table`,
      `/${project}/dev/coordination-table`,
      `/${project}/dev/orders-stream-arn`,
      `/${project}/dev/orders-table`,
      `/${project}/dev/sign-in-url`,
      `/${project}/dev/stock-table`,
      `/${project}/dev/user-pool-client-id`,
      `/${project}/dev/user-pool-id`,
      `/${project}/dev/views-table`,
    ].sort(),
  );
});

test('creates no user pool for a stage with an external issuer', () => {
  expect(findResources(synthesize(stages.local).data, 'AWS::Cognito::UserPool')).toEqual({});
});
