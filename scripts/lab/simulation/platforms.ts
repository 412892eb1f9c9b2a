import type { Plan } from './plan.ts';
import type { Platform, World } from './platform.ts';
import type { Protocol } from './protocols.ts';
import { composeServices, type ServiceParts, type Services } from './services.ts';

type MakeServices = (parts: ServiceParts) => Services;
type MakePlatform = (world: World) => Platform;

const loaded = new Map<Protocol, Promise<MakePlatform>>();

/** Loads one protocol's modules only. */
export function loadPlatform(protocol: Protocol): Promise<MakePlatform> {
  const found = loaded.get(protocol) ?? load(protocol);
  loaded.set(protocol, found);
  return found;
}

async function load(protocol: Protocol): Promise<MakePlatform> {
  switch (protocol) {
    case 'dynamodb':
      return (await import('./dynamodb/platform.ts')).dynamodbPlatform;
    case 'partition':
      return (await import('./partition/platform.ts')).partitionPlatform;
    case 'firestore':
      return (await import('./firestore/platform.ts')).firestorePlatform;
  }
}

/** Some runs have the cloud's entries, the others their use cases. */
export async function loadServices(protocol: Protocol, { withEntries }: Plan): Promise<MakeServices> {
  if (protocol === 'partition')
    return withEntries ? (await import('./partition/entries.ts')).azureServices : composeServices;
  if (protocol === 'firestore')
    return withEntries ? (await import('./firestore/entries.ts')).googleServices : composeServices;
  const { lambdaServices } = await import('./dynamodb/entries.ts');
  if (withEntries) return lambdaServices;
  // The fulfilment function and the sweeper are never composed.
  return (parts) => ({ ...(parts.partner && lambdaServices(parts)), ...composeServices(parts) });
}
