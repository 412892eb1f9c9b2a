import { compact, firstObject, type Json, type JsonObject, toList, toObject } from '../../../../stacks/model/json.ts';

/** Terraform's separate scaling resources, by `table/NAME:SIDE` or `table/NAME/index/NAME:SIDE` (Read or Write). */
export type Scalings = ReadonlyMap<string, JsonObject>;

const key = (name: Json | undefined, KeyType: string) => ({ AttributeName: name ?? '', KeyType });
const keys = (body: JsonObject) => [
  key(body.hash_key, 'HASH'),
  ...(body.range_key === undefined ? [] : [key(body.range_key, 'RANGE')]),
];

/** aws_dynamodb_table -> AWS::DynamoDB::GlobalTable, with the first replica in the stack's region. */
export function toTable(body: JsonObject, scalings: Scalings): JsonObject {
  const name = String(body.name);
  const indexes = toList(body.global_secondary_index).map(toObject);
  const ttl = firstObject(body.ttl);
  return compact({
    TableName: name,
    BillingMode: body.billing_mode,
    KeySchema: keys(body),
    AttributeDefinitions: toList(body.attribute)
      .map(toObject)
      .map((one) => ({ AttributeName: one.name ?? '', AttributeType: one.type ?? '' })),
    StreamSpecification: body.stream_enabled ? { StreamViewType: body.stream_view_type ?? '' } : undefined,
    TimeToLiveSpecification: body.ttl
      ? { AttributeName: ttl.attribute_name ?? '', Enabled: ttl.enabled ?? false }
      : undefined,
    WarmThroughput: toWarmThroughput(body),
    ...writes(body, scalings.get(`table/${name}:Write`)),
    GlobalSecondaryIndexes: indexes.length > 0 ? indexes.map((index) => toIndex(index, name, scalings)) : undefined,
    Replicas: [
      toReplica(body, indexes, scalings),
      ...toList(body.replica).map((one) => toCopy(toObject(one), toReplica(body, indexes, scalings))),
    ],
  });
}

function toReplica(body: JsonObject, indexes: readonly JsonObject[], scalings: Scalings): JsonObject {
  const table = `table/${String(body.name)}`;
  const recovery = firstObject(body.point_in_time_recovery);
  const toReplicaIndex = (index: JsonObject) =>
    compact({ IndexName: index.name, ...reads(index, scalings.get(`${table}/index/${String(index.name)}:Read`)) });
  return compact({
    Region: { Ref: 'AWS::Region' },
    DeletionProtectionEnabled: body.deletion_protection_enabled,
    PointInTimeRecoverySpecification: body.point_in_time_recovery
      ? {
          PointInTimeRecoveryEnabled: recovery.enabled ?? false,
          RecoveryPeriodInDays: recovery.recovery_period_in_days ?? 0,
        }
      : undefined,
    ...reads(body, scalings.get(`${table}:Read`)),
    GlobalSecondaryIndexes: indexes.length > 0 ? indexes.map(toReplicaIndex) : undefined,
  });
}

/**
 * A replica shares its table's capacity, but has its own protection and recovery. The provider cannot set the number of
 * recovery days, so they are DynamoDB's maximum.
 */
function toCopy(replica: JsonObject, own: JsonObject): JsonObject {
  const { PointInTimeRecoverySpecification: _, ...rest } = own;
  return compact({
    ...rest,
    Region: replica.region_name ?? '',
    DeletionProtectionEnabled: replica.deletion_protection_enabled ?? false,
    PointInTimeRecoverySpecification: replica.point_in_time_recovery
      ? { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 }
      : undefined,
  });
}

function toIndex(index: JsonObject, table: string, scalings: Scalings): JsonObject {
  return compact({
    IndexName: index.name,
    KeySchema: keys(index),
    Projection: { ProjectionType: index.projection_type ?? '' },
    WarmThroughput: toWarmThroughput(index),
    ...writes(index, scalings.get(`table/${table}/index/${String(index.name)}:Write`)),
  });
}

function toWarmThroughput(body: JsonObject): JsonObject | undefined {
  const { read_units_per_second: reads, write_units_per_second: writes } = firstObject(body.warm_throughput);
  return reads === undefined ? undefined : compact({ ReadUnitsPerSecond: reads, WriteUnitsPerSecond: writes });
}

function writes(body: JsonObject, scaling: JsonObject | undefined): Record<string, Json | undefined> {
  const { max_write_request_units: max } = firstObject(body.on_demand_throughput);
  return {
    WriteOnDemandThroughputSettings: max === undefined ? undefined : { MaxWriteRequestUnits: max },
    WriteProvisionedThroughputSettings: scaling && { WriteCapacityAutoScalingSettings: scaling },
  };
}

function reads(body: JsonObject, scaling: JsonObject | undefined): Record<string, Json | undefined> {
  const { max_read_request_units: max } = firstObject(body.on_demand_throughput);
  return {
    ReadOnDemandThroughputSettings: max === undefined ? undefined : { MaxReadRequestUnits: max },
    ReadProvisionedThroughputSettings: scaling && { ReadCapacityAutoScalingSettings: scaling },
  };
}
