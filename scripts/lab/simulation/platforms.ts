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

/** On AWS the entries themselves; elsewhere their use cases, since those entries need the cloud's host. */
export async function loadServices(protocol: Protocol, { withEntries }: Plan): Promise<MakeServices> {
  if (protocol !== 'dynamodb') return composeServices;
  const { lambdaServices } = await import('./dynamodb/entries.ts');
  if (withEntries) return lambdaServices;
  // The fulfilment function and the sweeper are never composed.
  return (parts) => ({ ...(parts.partner && lambdaServices(parts)), ...composeServices(parts) });
}
