import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js';
import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import type { TableIndex, TableName } from '../../model/services.ts';
import type { CapacityRange, Stage, TableBilling } from '../../model/stages/stage-settings.ts';
import { replicaRegions, streamOf, tableName, tableShapes } from '../../model/table-shapes.ts';

export interface TableProps {
  readonly stage: Stage;
  readonly table: TableName;
}

/** Ignoring the changes of auto scaling means ignoring the whole index, so a new one would never be created. */
const whyOnDemand =
  'a table with indexes must be on demand. Terraform can only ignore the capacity of an index together with the index';

/** A table with string keys; capacity and protection are stage settings. */
export class Table extends Construct {
  readonly table: DynamodbTable;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const { stage } = props;
    const { indexes = [], sortKey, expiresAt } = tableShapes[props.table];
    const stream = streamOf(stage, props.table);
    const billing = stage.tables[props.table];
    const all = ['pk', sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
    const keys = [...new Set(all.filter((key) => key !== undefined))];
    this.table = new DynamodbTable(this, 'Table', {
      name: tableName(stage, props.table),
      hashKey: 'pk',
      attribute: keys.map((name) => ({ name, type: 'S' })),
      ...(sortKey !== undefined && { rangeKey: sortKey }),
      ...(stream && { streamEnabled: true, streamViewType: stream }),
      ...(expiresAt && { ttl: { attributeName: expiresAt, enabled: true } }),
      ...throughput(billing),
      ...replicas(stage, props.table),
      ...(indexes.length > 0 && { globalSecondaryIndex: indexes.map((index) => indexProps(index, billing)) }),
      ...(stage.pointInTimeRecoveryDays !== null && {
        pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: stage.pointInTimeRecoveryDays },
      }),
      deletionProtectionEnabled: stage.deletionProtection,
      lifecycle: {
        preventDestroy: stage.keepData,
        // Auto scaling sets them, and an apply must not reset them during a sale.
        ...(billing.mode === 'provisioned' && { ignoreChanges: ['read_capacity', 'write_capacity'] }),
      },
    });
    if (billing.mode !== 'provisioned') return;
    if (indexes.length > 0) throw new Error(`table ${props.table}: ${whyOnDemand}`);
    this.scale('Read', billing.read);
    this.scale('Write', billing.write);
  }

  private scale(side: 'Read' | 'Write', range: CapacityRange): void {
    const target = new AppautoscalingTarget(this, `table${side}`, {
      serviceNamespace: 'dynamodb',
      resourceId: `table/${this.table.name}`,
      scalableDimension: `dynamodb:table:${side}CapacityUnits`,
      minCapacity: range.minUnits,
      maxCapacity: range.maxUnits,
      dependsOn: [this.table],
    });
    new AppautoscalingPolicy(this, `table${side}Tracking`, {
      name: `table-${side.toLowerCase()}-tracking`,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: `DynamoDB${side}CapacityUtilization` },
        targetValue: range.targetUtilizationPercent,
      },
    });
  }
}

/** Copies in the other regions, with the table's protection. */
function replicas(stage: Stage, table: TableName) {
  const regions = replicaRegions(stage, table);
  if (regions.length === 0) return {};
  return {
    replica: regions.map((regionName) => ({
      regionName,
      pointInTimeRecovery: stage.pointInTimeRecoveryDays !== null,
      ...(stage.deletionProtection && { deletionProtectionEnabled: true }),
      propagateTags: true,
    })),
  };
}

function throughput(billing: TableBilling) {
  if (billing.mode === 'provisioned') {
    return { billingMode: 'PROVISIONED', readCapacity: billing.read.minUnits, writeCapacity: billing.write.minUnits };
  }
  const { maxReadUnitsPerSecond: maxReadRequestUnits, maxWriteUnitsPerSecond: maxWriteRequestUnits, warm } = billing;
  return {
    billingMode: 'PAY_PER_REQUEST',
    onDemandThroughput: { maxReadRequestUnits, maxWriteRequestUnits },
    ...(warm && { warmThroughput: { ...warm } }),
  };
}

/** An index with less throughput than its table throttles the table's writes, so both get the same. */
function indexProps(index: TableIndex, billing: TableBilling) {
  const { billingMode: _, ...same } = throughput(billing);
  return {
    name: index.name,
    hashKey: index.partitionKey,
    rangeKey: index.sortKey,
    projectionType: index.holds === 'keys' ? 'KEYS_ONLY' : 'ALL',
    ...same,
  };
}
