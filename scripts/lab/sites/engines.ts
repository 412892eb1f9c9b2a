import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RightsStore } from '../../../functions/escrow/ports.ts';
import { startEmbedded } from '../../platform/engine/host.ts';
import { clientOptions, type Target } from '../../platform/engine/target.ts';
import { Gateway } from '../../platform/gateway/gateway.ts';
import { installExtra } from '../../platform/process/extra-packages.ts';
import type { Hooks } from '../../platform/process/while-running.ts';
import { createWorkspace, type Workspace } from '../../platform/process/workspace.ts';

export const sites = ['aws', 'azure'] as const;
export type Site = (typeof sites)[number];

export interface StartedSite {
  readonly store: RightsStore;
  /** Name of the engine behind the store. */
  readonly engine: string;
  stop(): Promise<void>;
}

export interface SiteEngines {
  /** One rights store per site. */
  readonly stores: Readonly<Record<Site, RightsStore>>;
  readonly engines: string;
  stop(): Promise<void>;
}

/** Starts the AWS emulator with a table, and Azurite; both end on `stop` or with this process. */
export async function startSites({ onProgress }: Pick<Hooks, 'onProgress'>): Promise<SiteEngines> {
  const workspace = createWorkspace();
  const ends: (() => unknown)[] = [() => workspace.remove()];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const aws = await startAws(workspace, onProgress, ends);
    onProgress('starting Azurite');
    const azure = await startAzure(workspace);
    ends.push(azure.stop);
    return { stores: { aws, azure: azure.store }, engines: `the AWS emulator and ${azure.engine}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const stockTable = 'stock';

async function startAws(workspace: Workspace, onProgress: Hooks['onProgress'], ends: (() => unknown)[]) {
  const gateway = new Gateway();
  await gateway.start();
  ends.push(() => gateway.stop());
  const { target, engine } = await startEmbedded({ workspace, gateway, onProgress });
  ends.push(() => engine.stop());
  await createTable(target);
  // The adapters create their clients on load, from these variables.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: target.endpointUrl,
    AWS_REGION: target.region,
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
  });
  const { rightsStore } = await import('../../../functions/escrow/dynamodb-store.ts');
  return rightsStore(stockTable);
}

async function createTable(target: Target): Promise<void> {
  const dynamodb = new DynamoDBClient(clientOptions(target));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: stockTable,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
  dynamodb.destroy();
}

async function startAzure(workspace: Workspace): Promise<StartedSite> {
  installExtra('azure');
  // Hides the import from the compiler: the module needs packages that are installed on demand.
  const cloud = 'azure' as string;
  const module: { startSite(workspace: Workspace): Promise<StartedSite> } = await import(
    `../../clouds/${cloud}/site.ts`
  );
  return module.startSite(workspace);
}
