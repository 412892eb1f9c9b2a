import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  ResourceConflictException,
} from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, physicalName } from '../../../stacks/model/names.ts';
import { type Service, serviceNames, services, type TableName } from '../../../stacks/model/services.ts';
import type { RestoreClients } from './clients.ts';
import { describeTable } from './tables.ts';
import { listMappings } from './writers.ts';

const outputs: Partial<Record<TableName, string>> = { orders: 'OrdersStreamArn', catalog: 'CatalogStreamArn' };

/** The service that a table's stream invokes. */
function findReader(table: TableName): Service | undefined {
  return serviceNames.find((name) => {
    const { trigger } = services[name];
    return trigger.kind === 'stream' && trigger.table === table;
  });
}

/** The stream that the table's reader reads: it is known as long as the mapping, also when the table is gone. */
export async function findStream(
  clients: RestoreClients,
  stage: string,
  table: TableName,
): Promise<string | undefined> {
  const service = findReader(table);
  const [mapping] = service ? await listMappings(clients, stage, service) : [];
  return mapping?.EventSourceArn ?? (await describeTable(clients, physicalName(stage, table)))?.LatestStreamArn;
}

/**
 * A table that was created anew has a new stream. Its reader reads it from the beginning, so the events that the restore
 * writes are counted and published as if they were new. Returns the new stream, if there is one.
 */
export async function repointReader(
  clients: RestoreClients,
  stage: string,
  table: TableName,
): Promise<string | undefined> {
  const service = findReader(table);
  const stream = (await describeTable(clients, physicalName(stage, table)))?.LatestStreamArn;
  const output = outputs[table];
  if (service === undefined || stream === undefined || output === undefined) return undefined;
  const old = (await listMappings(clients, stage, service)).filter(({ EventSourceArn }) => EventSourceArn !== stream);
  for (const mapping of old) {
    await clients.lambda.send(new CreateEventSourceMappingCommand(toMapping(mapping, stream))).catch(allowExisting);
    await clients.lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapping.UUID }));
  }
  if (old.length === 0) return undefined;
  const parameter = { Name: parameterName(stage, output), Value: stream, Type: 'String', Overwrite: true } as const;
  await clients.ssm.send(new PutParameterCommand(parameter));
  return stream;
}

function allowExisting(error: unknown): void {
  if (!(error instanceof ResourceConflictException)) throw error;
}

/** With the settings of the old one, and as enabled as it was. */
function toMapping(old: EventSourceMappingConfiguration, EventSourceArn: string) {
  const { FunctionArn, BatchSize, MaximumBatchingWindowInSeconds, ParallelizationFactor, State } = old;
  const { BisectBatchOnFunctionError, MaximumRetryAttempts, MaximumRecordAgeInSeconds } = old;
  const { DestinationConfig, FilterCriteria, FunctionResponseTypes } = old;
  return {
    FunctionName: FunctionArn,
    EventSourceArn,
    StartingPosition: 'TRIM_HORIZON' as const,
    Enabled: State === 'Enabled' || State === 'Enabling',
    ...{ BatchSize, MaximumBatchingWindowInSeconds, ParallelizationFactor, BisectBatchOnFunctionError },
    ...{ MaximumRetryAttempts, MaximumRecordAgeInSeconds, FilterCriteria, FunctionResponseTypes },
    ...(DestinationConfig?.OnFailure?.Destination && {
      DestinationConfig: { OnFailure: DestinationConfig.OnFailure },
    }),
  };
}
