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

/** The stream that the table's readers consume. While a mapping exists, it is known even if the table is deleted. */
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
 * A newly created table has a new stream. Its readers start from the beginning, so the events written by the restore
 * are processed as new. @returns the new stream, if there is one
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

/** The old mapping's settings, including whether it was enabled. */
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
