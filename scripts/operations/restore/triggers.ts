import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  type EventSourceMappingConfiguration,
  ResourceConflictException,
} from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName, physicalName } from '../../../stacks/model/names.ts';
import type { Service, TableName } from '../../../stacks/model/services.ts';
import { getStreamTrigger, streamReaders } from '../../../stacks/model/workers.ts';
import type { RestoreClients } from './clients.ts';
import { describeTable } from './tables.ts';
import { listMappings } from './writers.ts';

const outputs: Partial<Record<TableName, string>> = { orders: 'OrdersStreamArn', catalog: 'CatalogStreamArn' };

/** The services that a table's stream invokes. */
const findReaders = (table: TableName): Service[] =>
  streamReaders.filter((reader) => getStreamTrigger(reader).table === table);

/** The stream that the table's readers read: it is known as long as a mapping, also when the table is gone. */
export async function findStream(
  clients: RestoreClients,
  stage: string,
  table: TableName,
): Promise<string | undefined> {
  for (const service of findReaders(table)) {
    const [mapping] = await listMappings(clients, stage, service);
    if (mapping?.EventSourceArn !== undefined) return mapping.EventSourceArn;
  }
  return (await describeTable(clients, physicalName(stage, table)))?.LatestStreamArn;
}

/**
 * A table that was created anew has a new stream. Its readers read it from the beginning, so the events that the restore
 * writes are processed as if they were new. Returns the new stream, if there is one.
 */
export async function repointReaders(
  clients: RestoreClients,
  stage: string,
  table: TableName,
): Promise<string | undefined> {
  const stream = (await describeTable(clients, physicalName(stage, table)))?.LatestStreamArn;
  const output = outputs[table];
  if (stream === undefined || output === undefined) return undefined;
  const all = await Promise.all(findReaders(table).map((service) => listMappings(clients, stage, service)));
  const old = all.flat().filter(({ EventSourceArn }) => EventSourceArn !== stream);
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
