import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documents } from '../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { simulateTables } from '../../../scripts/lab/simulation/dynamodb/client.ts';
import type { Call, CallMaker } from '../../../scripts/lab/simulation/world/calls.ts';
import { type Process, Scheduler } from '../../../scripts/lab/simulation/world/scheduler.ts';

/** Time in which everything scheduled happens at once. */
class AtOnce extends Scheduler {
  override after(_ms: number, _owner: Process | undefined, run: () => void): { cancelled: boolean } {
    run();
    return { cancelled: false };
  }
}

/** Calls without faults, delays or old reads. A request that breaks a limit fails as on AWS. */
export class CalmCalls implements CallMaker {
  readonly scheduler = new AtOnce(0);

  make<Answer>(call: Call<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // No page ends early and no read is old.
      const luck = { conflict: false, pick: 0.9999 };
      call.execute((outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)), luck);
    });
  }

  refuse(text: string): Error {
    return Object.assign(new Error(text), { name: 'ValidationException' });
  }
}

export interface Change {
  readonly table: string;
  readonly before: object | undefined;
  readonly after: object;
}

/** The adapters' client over empty simulated tables, and every change so far. */
export function openSimulation(): { client: Pick<DynamoDBDocumentClient, 'send'>; changes: readonly Change[] } {
  const changes: Change[] = [];
  simulateTables(new CalmCalls(), (table, before, after) => {
    // A write that changes nothing leaves no stream record. The simulation does not compare: it streams new rows only.
    if (!isDeepStrictEqual(before, after)) changes.push({ table, before, after });
  });
  return { client: documents, changes };
}
