import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  Capacity,
  type CfnGlobalTable,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  StreamViewType,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { TableIndex, TableName } from '../model/services.ts';
import type { CapacityRange, Stage, TableBilling } from '../model/stages/stage-settings.ts';
import { replicaRegions, streamOf, tableName, tableShapes } from '../model/table-shapes.ts';

export interface TableProps {
  readonly stage: Stage;
  readonly table: TableName;
}

/** A table with string keys; capacity and protection are stage settings. */
export class Table extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const { stage } = props;
    const shape = tableShapes[props.table];
    const stream = streamOf(stage, props.table);
    const billing = stage.tables[props.table];
    this.table = new TableV2(this, 'Table', {
      tableName: tableName(stage, props.table),
      partitionKey: stringKey('pk'),
      ...(shape.sortKey && { sortKey: stringKey(shape.sortKey) }),
      ...(stream && { dynamoStream: StreamViewType[stream] }),
      ...(shape.expiresAt && { timeToLiveAttribute: shape.expiresAt }),
      ...(shape.indexes && { globalSecondaryIndexes: shape.indexes.map((index) => indexProps(index, billing)) }),
      ...throughput(billing),
      ...(stage.pointInTimeRecoveryDays !== null && {
        pointInTimeRecoverySpecification: {
          pointInTimeRecoveryEnabled: true,
          recoveryPeriodInDays: stage.pointInTimeRecoveryDays,
        },
      }),
      deletionProtection: stage.deletionProtection,
      removalPolicy: toRemovalPolicy(stage),
    });
    this.replicate(replicaRegions(stage, props.table));
  }

  /**
   * Adds copies with the table's own settings. Not CDK's `replicas`, which need a stack that names its region. Here a
   * profile or AWS_REGION sets the region, and a rule of the stack rejects all but the stage's.
   */
  private replicate(regions: readonly string[]): void {
    if (regions.length === 0) return;
    const resource = this.table.node.defaultChild as CfnGlobalTable;
    const { replicas: own } = resource;
    const toAll = ([one]: readonly CfnGlobalTable.ReplicaSpecificationProperty[]) =>
      one ? [one, ...regions.map((region) => ({ ...one, region }))] : [];
    resource.replicas = Lazy.any({ produce: () => toAll(Stack.of(this).resolve(own)) });
  }
}

/** Data outlives its stack, except after a failed first deploy: leftover names would block the next one. */
export function toRemovalPolicy(stage: Stage): RemovalPolicy {
  return stage.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}

function throughput(billing: TableBilling) {
  if (billing.mode === 'provisioned') {
    return {
      billing: Billing.provisioned({ readCapacity: scaled(billing.read), writeCapacity: scaled(billing.write) }),
    };
  }
  return {
    billing: Billing.onDemand({
      maxReadRequestUnits: billing.maxReadUnitsPerSecond,
      maxWriteRequestUnits: billing.maxWriteUnitsPerSecond,
    }),
    ...(billing.warm && { warmThroughput: billing.warm }),
  };
}

/** An index with less throughput than its table throttles the table's writes, so both get the same. */
function indexProps(index: TableIndex, billing: TableBilling): GlobalSecondaryIndexPropsV2 {
  return {
    indexName: index.name,
    partitionKey: stringKey(index.partitionKey),
    sortKey: stringKey(index.sortKey),
    ...(index.holds === 'keys' && { projectionType: ProjectionType.KEYS_ONLY }),
    ...(billing.mode === 'provisioned'
      ? { readCapacity: scaled(billing.read), writeCapacity: scaled(billing.write) }
      : {
          maxReadRequestUnits: billing.maxReadUnitsPerSecond,
          maxWriteRequestUnits: billing.maxWriteUnitsPerSecond,
          ...(billing.warm && { warmThroughput: billing.warm }),
        }),
  };
}

const scaled = (range: CapacityRange): Capacity =>
  Capacity.autoscaled({
    minCapacity: range.minUnits,
    maxCapacity: range.maxUnits,
    targetUtilizationPercent: range.targetUtilizationPercent,
  });

const stringKey = (name: string) => ({ name, type: AttributeType.STRING });
