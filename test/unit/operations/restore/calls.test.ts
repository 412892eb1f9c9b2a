import {
  type RestoreTableToPointInTimeCommandInput,
  TableAlreadyExistsException,
  TableNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { createBackup, readPoints, restoreBeside } from '../../../../scripts/operations/restore/backups.ts';
import { restoreClients } from '../../../../scripts/operations/restore/clients.ts';
import { toMessages } from '../../../../scripts/operations/restore/in-flight.ts';
import { choosePoint } from '../../../../scripts/operations/restore/points.ts';
import { readImages } from '../../../../scripts/operations/restore/stream.ts';
import { repointReaders } from '../../../../scripts/operations/restore/triggers.ts';
import { pauseWriters, readWriters, resumeWriters } from '../../../../scripts/operations/restore/writers.ts';
import { physicalName } from '../../../../stacks/model/names.ts';
import { stages } from '../../../../stacks/model/stages/stages.ts';
import { script } from '../../../support/scripted-client.ts';

// Answers have the shapes of the API references; they were not recorded from an account.
const clients = restoreClients({ region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const ms = (time: string) => Date.parse(time);
const [early, middle, late] = ['2026-11-01T00:00:00Z', '2026-11-29T11:55:00Z', '2026-11-29T12:00:00Z'];
const error = { message: 'recorded', $metadata: {} };

it('takes the latest restorable time of a table with point-in-time recovery, or an earlier one that was asked for', async () => {
  const window = { EarliestRestorableDateTime: new Date(early), LatestRestorableDateTime: new Date(middle) };
  script(
    clients.dynamodb,
    {
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', ...window },
      },
    },
    { BackupSummaries: [] },
  );
  const points = await readPoints(clients, 'orders');
  expect(choosePoint(points, ms(late))).toEqual({ kind: 'continuous', at: ms(middle) });
  expect(choosePoint(points, ms(middle) - 1_000)).toEqual({ kind: 'continuous', at: ms(middle) - 1_000 });
  expect(choosePoint(points, ms(early) - 1)).toBeUndefined();
});

it('takes the backup that AWS made of a deleted table, and none that is not complete', async () => {
  const summary = (BackupArn: string, time: string, BackupStatus: string) => ({
    ...{ BackupArn, BackupName: BackupArn, BackupStatus, BackupType: 'SYSTEM', BackupCreationDateTime: new Date(time) },
  });
  const inputs = script<{ ExclusiveStartBackupArn?: string }>(
    clients.dynamodb,
    new TableNotFoundException(error),
    { BackupSummaries: [summary('old', early, 'AVAILABLE')], LastEvaluatedBackupArn: 'old' },
    { BackupSummaries: [summary('new', middle, 'AVAILABLE'), summary('half', late, 'CREATING')] },
  );
  const points = await readPoints(clients, 'orders');
  expect(inputs.at(-1)?.ExclusiveStartBackupArn).toBe('old');
  expect(choosePoint(points, ms(late))).toEqual({ kind: 'backup', arn: 'new', at: ms(middle) });
});

it('waits for a restore that a killed run began', async () => {
  const inputs = script<RestoreTableToPointInTimeCommandInput>(
    clients.dynamodb,
    new TableAlreadyExistsException(error),
    { Table: { TableStatus: 'CREATING' } },
    { Table: { TableStatus: 'ACTIVE' } },
  );
  const point = { kind: 'continuous', at: ms(middle) } as const;
  await restoreBeside(clients, { table: 'orders', beside: 'orders-r1', point });
  expect(inputs).toHaveLength(3);
  expect(inputs[0]).toEqual({
    ...{ SourceTableName: 'orders', TargetTableName: 'orders-r1', RestoreDateTime: new Date(ms(middle)) },
  });
});

it('makes the backup of a run once', async () => {
  const known = {
    BackupArn: 'arn',
    BackupName: 'r1',
    BackupStatus: 'AVAILABLE',
    BackupCreationDateTime: new Date(late),
  };
  const inputs = script(clients.dynamodb, { BackupSummaries: [known] });
  expect(await createBackup(clients, 'orders', 'r1')).toMatchObject({ arn: 'arn' });
  expect(inputs).toHaveLength(1);
});

it('reads the images of every shard, and leaves an open one that has nothing more', async () => {
  const record = (pk: string) => ({ dynamodb: { NewImage: { pk: { S: pk } } } });
  let open = 0;
  script<object>(clients.streams, (input: Record<string, string>) => {
    if ('StreamArn' in input && !('ShardId' in input))
      return 'ExclusiveStartShardId' in input
        ? { StreamDescription: { Shards: [{ ShardId: 'open' }] } }
        : { StreamDescription: { Shards: [{ ShardId: 'closed' }], LastEvaluatedShardId: 'closed' } };
    if ('ShardId' in input) return { ShardIterator: input.ShardId };
    if (input.ShardIterator === 'closed') return { Records: [record('one'), { dynamodb: {} }] };
    return { Records: open++ === 1 ? [record('two')] : [], NextShardIterator: 'open' };
  });
  expect(await readImages(clients, 'stream', async () => {})).toEqual([{ pk: 'one' }, { pk: 'two' }]);
});

it('stops pollers and callers, provisioned ones too, and puts back what was', async () => {
  const { prod } = stages;
  const states = new Map([
    ['settlement', 'Enabled'],
    ['projection', 'Enabled'],
    ['fulfilment', 'Disabled'],
  ]);
  const serviceOf = (name: string) => name.replace(physicalName('prod', ''), '').replace(':live', '');
  const calls: object[] = [];
  script<object>(clients.lambda, (input: Record<string, unknown>) => {
    calls.push(input);
    const name = serviceOf(String(input.FunctionName ?? ''));
    if (input.UUID) states.set(String(input.UUID), input.Enabled ? 'Enabled' : 'Disabled');
    return {
      EventSourceMappings: states.has(name) ? [{ UUID: name, State: states.get(name) }] : [],
      ProvisionedConcurrencyConfigs: name === 'intake' ? [{ RequestedProvisionedConcurrentExecutions: 100 }] : [],
      ...(name === 'stock' && { ReservedConcurrentExecutions: 7 }),
    };
  });
  const writers = await readWriters(clients, prod);
  expect(writers.pollers).toEqual(['settlement', 'projection']);
  await pauseWriters(clients, 'prod', writers);
  expect([...states.values()]).toEqual(['Disabled', 'Disabled', 'Disabled']);
  const FunctionName = physicalName('prod', 'intake');
  const limit = calls.findIndex((call) => 'ReservedConcurrentExecutions' in call);
  expect(calls[limit - 1]).toEqual({ FunctionName, Qualifier: 'live' });
  expect(calls[limit]).toEqual({ FunctionName, ReservedConcurrentExecutions: 0 });
  calls.length = 0;
  await resumeWriters(clients, 'prod', writers);
  expect([...states.values()]).toEqual(['Enabled', 'Enabled', 'Disabled']);
  expect(calls).toContainEqual({ FunctionName, Qualifier: 'live', ProvisionedConcurrentExecutions: 100 });
  expect(calls).toContainEqual({ FunctionName: physicalName('prod', 'stock'), ReservedConcurrentExecutions: 7 });
});

it('gives the reader of a new stream the settings of the old mapping, and publishes the stream', async () => {
  const old = {
    ...{ UUID: 'old', EventSourceArn: 'stream-1', FunctionArn: 'projection:live', State: 'Disabled', BatchSize: 1_000 },
    ...{ ParallelizationFactor: 4, FilterCriteria: { Filters: [{ Pattern: '{}' }] }, MaximumRetryAttempts: 5 },
    ...{ DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: 'dlq' } }, BisectBatchOnFunctionError: true },
  };
  script(clients.dynamodb, { Table: { LatestStreamArn: 'stream-2' } });
  const calls = script<object>(clients.lambda, { EventSourceMappings: [old] });
  const published = script<object>(clients.ssm, {});
  expect(await repointReaders(clients, 'prod', 'orders')).toBe('stream-2');
  expect(calls).toContainEqual(
    expect.objectContaining({
      ...{ FunctionName: 'projection:live', EventSourceArn: 'stream-2', StartingPosition: 'TRIM_HORIZON' },
      ...{ Enabled: false, BatchSize: 1_000, ParallelizationFactor: 4, BisectBatchOnFunctionError: true },
      DestinationConfig: { OnFailure: { Destination: 'dlq' } },
    }),
  );
  expect(calls.at(-1)).toEqual({ UUID: 'old' });
  expect(published).toEqual([expect.objectContaining({ Value: 'stream-2', Overwrite: true })]);
});

it('sends each open order to the queue of its next step', () => {
  const order = (orderId: string, state: string) => ({ orderId, state }) as never;
  const id = '6c1f1c55-6f0b-5f3e-9c7a-8d6a2f4c1b9e';
  const all = ['PENDING', 'CONFIRMED', 'FULFILLING', 'FULFILLED', 'REJECTED', 'CANCELLED'].map((state) =>
    order(id, state),
  );
  const messages = toMessages(all);
  expect(messages['order-requests']?.map((body) => JSON.parse(body).orderId)).toEqual([id]);
  expect(messages['fulfilment-requests']?.map((body) => JSON.parse(body).order.orderId)).toEqual([id, id]);
});
