import type { Platform, World } from './platform.ts';
import type { Protocol } from './protocols.ts';

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
