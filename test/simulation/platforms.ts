import { dynamodbPlatform } from './dynamodb/platform.ts';
import { partitionPlatform } from './partition/platform.ts';
import type { Platform, World } from './platform.ts';
import type { Protocol } from './protocols.ts';

export const platforms: Record<Protocol, (world: World) => Platform> = {
  dynamodb: dynamodbPlatform,
  partition: partitionPlatform,
};
