import type { Platform, World } from './platform.ts';
import type { Protocol } from './protocols.ts';

/** Loads what one protocol needs, and nothing of the others. */
export async function loadPlatform(protocol: Protocol): Promise<(world: World) => Platform> {
  switch (protocol) {
    case 'dynamodb':
      return (await import('./dynamodb/platform.ts')).dynamodbPlatform;
    case 'partition':
      return (await import('./partition/platform.ts')).partitionPlatform;
    case 'firestore':
      return (await import('./firestore/platform.ts')).firestorePlatform;
  }
}
