import { describe, expect, test } from 'vitest';
import { stages } from '../../../stacks/model/stages/stages.ts';
import { oneWith, propertiesOf, resourcesOf, synthesize } from './synthesize.ts';

const tableType = 'AWS::DynamoDB::GlobalTable';
const replica = (table: Record<string, unknown>) => (table.Replicas as Record<string, unknown>[])[0] ?? {};
const table = (stage: keyof typeof stages, name: string) =>
  oneWith(synthesize(stages[stage]).data, tableType, 'TableName', `flash-sale-${stage}-${name}`);

test('the tables keep their logical ids: another id would replace the data', () => {
  const tables = Object.entries(resourcesOf(synthesize(stages.prod).data, tableType));
  expect(Object.fromEntries(tables.map(([id, { Properties }]) => [Properties.TableName, id]))).toEqual({
    'flash-sale-prod-orders': 'OrdersTable1F8332C7',
    'flash-sale-prod-stock': 'StockTable32C7FBF3',
    'flash-sale-prod-catalog': 'CatalogTableBBEA0CBC',
    'flash-sale-prod-views': 'ViewsTable3452DA9D',
    'flash-sale-prod-coordination': 'CoordinationTableB8240530',
  });
});

test('the user pool and its client keep their logical ids: another id would lose the customers', () => {
  const { data } = synthesize(stages.prod);
  expect(Object.keys(resourcesOf(data, 'AWS::Cognito::UserPool'))).toEqual(['CustomersPool6FDCCC04']);
  expect(Object.keys(resourcesOf(data, 'AWS::Cognito::UserPoolClient'))).toEqual(['CustomersPoolStorefrontB57D5CC9']);
});

test.each([
  ['orders', ['pk', 'sk']],
  ['stock', ['pk']],
  ['catalog', ['pk']],
  ['views', ['pk', 'sk']],
  ['coordination', ['pk']],
])('table %s has the keys %j', (name, keys) => {
  const schema = table('dev', name).KeySchema as { AttributeName: string }[];
  expect(schema.map((key) => key.AttributeName)).toEqual(keys);
});

test('orders has a stream of new images, catalog one of both; orders an index of whole items by customer, and of keys of what is open', () => {
  const streams = propertiesOf(synthesize(stages.dev).data, tableType).map((each) => each.StreamSpecification);
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

test('only views expire', () => {
  const specifications = propertiesOf(synthesize(stages.dev).data, tableType).map(
    (each) => each.TimeToLiveSpecification,
  );
  expect(specifications.filter(Boolean)).toEqual([{ AttributeName: 'expiresAt', Enabled: true }]);
});

describe('data that must survive', () => {
  test.each(['staging', 'prod'] as const)('%s keeps every table when its stack goes', (stage) => {
    for (const resource of Object.values(resourcesOf(synthesize(stages[stage]).data, tableType))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      expect(replica(resource.Properties)).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });

  test.each(['dev', 'local'] as const)('%s cleans up after itself', (stage) => {
    for (const resource of Object.values(resourcesOf(synthesize(stages[stage]).data, tableType))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      expect(replica(resource.Properties)).toMatchObject({ DeletionProtectionEnabled: false });
    }
  });
});

describe('capacity', () => {
  test('prod pays on demand, is warm before the rush, and has a ceiling; its indexes too', () => {
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

  test('staging provisions and scales, its indexes too', () => {
    const scaling = {
      MinCapacity: 10,
      MaxCapacity: 500,
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    };
    const write = { WriteCapacityAutoScalingSettings: scaling };
    const read = { ReadCapacityAutoScalingSettings: scaling };
    const orders = table('staging', 'orders');
    expect(orders).toMatchObject({
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: write,
      GlobalSecondaryIndexes: Array(2).fill({ WriteProvisionedThroughputSettings: write }),
    });
    expect(replica(orders)).toMatchObject({
      ReadProvisionedThroughputSettings: read,
      GlobalSecondaryIndexes: Array(2).fill({ ReadProvisionedThroughputSettings: read }),
    });
  });
});

test('publishes what other stacks and scripts look for, as outputs and as parameters', () => {
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
  expect(Object.keys(data.toJSON().Outputs).sort()).toEqual(keys);
  expect(
    propertiesOf(data, 'AWS::SSM::Parameter')
      .map((each) => each.Name)
      .sort(),
  ).toEqual([
    '/flash-sale/dev/catalog-stream-arn',
    '/flash-sale/dev/catalog-table',
    '/flash-sale/dev/coordination-table',
    '/flash-sale/dev/orders-stream-arn',
    '/flash-sale/dev/orders-table',
    '/flash-sale/dev/sign-in-url',
    '/flash-sale/dev/stock-table',
    '/flash-sale/dev/user-pool-client-id',
    '/flash-sale/dev/user-pool-id',
    '/flash-sale/dev/views-table',
  ]);
});

test('a stage with an external issuer has no user pool', () => {
  expect(resourcesOf(synthesize(stages.local).data, 'AWS::Cognito::UserPool')).toEqual({});
});
