import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { parseStored } from '../../contracts/readable-rows.ts';
import { documents } from './clients/dynamodb-client.ts';
import { liveGenerationKey } from './keys.ts';

export const generationRow = z.object({ generation: z.string().default('') });

/** How long a projection may still write to the old generation after a swap. */
const generationMs = 1_000;

/** Reads the live generation of the views; the answer is at most `generationMs` old. */
export function liveGeneration(table: string): () => Promise<string> {
  let cached = { generation: '', readAt: -Infinity };
  return async () => {
    const readAt = performance.now();
    if (readAt - cached.readAt < generationMs) return cached.generation;
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: liveGenerationKey, ConsistentRead: true }),
    );
    cached = { ...parseStored(generationRow, Item ?? {}), readAt };
    return cached.generation;
  };
}
