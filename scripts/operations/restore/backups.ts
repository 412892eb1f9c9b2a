import {
  BackupNotFoundException,
  CreateBackupCommand,
  DeleteBackupCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  ListBackupsCommand,
  ResourceNotFoundException,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  TableAlreadyExistsException,
  TableInUseException,
  TableNotFoundException,
} from '@aws-sdk/client-dynamodb';
import type { RestoreClients } from './clients.ts';
import type { Backup, Point, RestorePoints } from './points.ts';
import { waitUntilActive } from './tables.ts';

export async function readPoints(clients: RestoreClients, table: string): Promise<RestorePoints> {
  return { continuous: await readContinuous(clients, table), backups: await listBackups(clients, table) };
}

async function readContinuous({ dynamodb }: RestoreClients, TableName: string): Promise<RestorePoints['continuous']> {
  try {
    const answer = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } =
      answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
    return earliest && latest ? { earliest: earliest.getTime(), latest: latest.getTime() } : undefined;
  } catch (error) {
    if (error instanceof TableNotFoundException || error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Backups on demand, and those that AWS creates of a deleted table. */
export async function listBackups({ dynamodb }: RestoreClients, TableName: string): Promise<Backup[]> {
  const found: Backup[] = [];
  let ExclusiveStartBackupArn: string | undefined;
  do {
    const page = await dynamodb.send(
      new ListBackupsCommand({
        TableName,
        BackupType: 'ALL',
        ...(ExclusiveStartBackupArn !== undefined && { ExclusiveStartBackupArn }),
      }),
    );
    for (const { BackupArn, BackupName = '', BackupCreationDateTime, BackupStatus } of page.BackupSummaries ?? [])
      if (BackupArn && BackupCreationDateTime && BackupStatus === 'AVAILABLE')
        found.push({ arn: BackupArn, name: BackupName, at: BackupCreationDateTime.getTime() });
    ExclusiveStartBackupArn = page.LastEvaluatedBackupArn;
  } while (ExclusiveStartBackupArn !== undefined);
  return found;
}

/** Creates one backup per name. A repetition finds the first one. */
export async function createBackup(clients: RestoreClients, table: string, name: string): Promise<Backup> {
  const known = (await listBackups(clients, table)).find((backup) => backup.name === name);
  if (known) return known;
  const { BackupDetails } = await clients.dynamodb.send(
    new CreateBackupCommand({ TableName: table, BackupName: name }),
  );
  return { arn: BackupDetails?.BackupArn ?? '', name, at: BackupDetails?.BackupCreationDateTime?.getTime() ?? 0 };
}

/** Restores into a separate table. A repetition waits for the restore already begun. */
export async function restoreBeside(
  clients: RestoreClients,
  { table, beside, point }: { readonly table: string; readonly beside: string; readonly point: Point },
): Promise<void> {
  const command =
    point.kind === 'backup'
      ? new RestoreTableFromBackupCommand({ BackupArn: point.arn, TargetTableName: beside })
      : new RestoreTableToPointInTimeCommand({
          SourceTableName: table,
          TargetTableName: beside,
          RestoreDateTime: new Date(point.at),
        });
  try {
    await (point.kind === 'backup'
      ? clients.dynamodb.send(command as RestoreTableFromBackupCommand)
      : clients.dynamodb.send(command as RestoreTableToPointInTimeCommand));
  } catch (error) {
    if (!(error instanceof TableAlreadyExistsException || error instanceof TableInUseException)) throw error;
  }
  await waitUntilActive(clients, beside);
}

export async function deleteBackup({ dynamodb }: RestoreClients, BackupArn: string): Promise<void> {
  await dynamodb.send(new DeleteBackupCommand({ BackupArn })).catch(allow(BackupNotFoundException));
}

export async function deleteTable({ dynamodb }: RestoreClients, TableName: string): Promise<void> {
  await dynamodb.send(new DeleteTableCommand({ TableName })).catch(allow(ResourceNotFoundException));
}

const allow = (kind: new (...input: never[]) => Error) => (error: unknown) => {
  if (!(error instanceof kind)) throw error;
};
