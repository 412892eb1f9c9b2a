import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { documents } from './dynamodb-client.ts';
import { liveGenerationKey } from './keys.ts';

export const generationRow = z.object({ generation: z.string().default('') });

/** How long a projection may write to a generation after another one was swapped in. */
export const generationMs = 1_000;

/** Which generation of the views counts, as it stood at most `generationMs` ago. */
export function liveGeneration(table: string): () => Promise<string> {
  let known = { generation: '', readAt: -Infinity };
  return async () => {
    const readAt = performance.now();
    if (readAt - known.readAt < generationMs) return known.generation;
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: liveGenerationKey, ConsistentRead: true }),
    );
    known = { ...generationRow.parse(Item ?? {}), readAt };
    return known.generation;
  };
}
