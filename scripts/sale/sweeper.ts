import { setTimeout as sleep } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { leaseKey, noteKey, orderKey } from '../../functions/adapters/aws/keys.ts';
import { sweepProgress } from '../../functions/contracts/sweep-progress.ts';
import { findTurn, openBuckets } from '../../functions/domain/open-order.ts';
import type { Order } from '../../functions/domain/order.ts';
import { aliasName, physicalName } from '../../stacks/model/names.ts';

export interface SweeperParts {
  readonly lambda: LambdaClient;
  readonly documents: DynamoDBDocumentClient;
  readonly stage: string;
  readonly ordersTable: string;
  readonly coordinationTable: string;
}

/** Allowed clock skew. */
const marginMs = 1_000;
const maxRuns = 20;

const target = (stage: string) => ({ FunctionName: physicalName(stage, 'sweeper'), Qualifier: aliasName });

/** With `acceptedAt`, an order that is old enough keeps the acceptance time that its customer was told. */
export type OrderToAge = Pick<Order, 'orderId' | 'state'> & { readonly acceptedAt?: string };

/**
 * Backdates these open orders, so that the sweeper considers them stuck. Only a PENDING order also gets another
 * acceptance time: the events of the others record theirs. Those count as stuck for long enough at their last turn, and
 * the sweeper starts over, so that its next sweep includes that turn.
 *
 * @returns when they are due, in epoch milliseconds
 */
export async function letStand(parts: SweeperParts, orders: readonly OrderToAge[]): Promise<number> {
  const { lambda, documents, stage, ordersTable, coordinationTable } = parts;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand(target(stage)));
  const { STUCK_MS, CANCELLABLE_MS } = Environment?.Variables ?? {};
  const stuckMs = Number(STUCK_MS);
  const dueMs = Date.now() + marginMs;
  for (const { orderId, state, acceptedAt } of orders) {
    const isYoung = !(acceptedAt && Date.parse(acceptedAt) < dueMs - stuckMs);
    const isBackdated = state === 'PENDING' && isYoung;
    const turnMs = isBackdated ? dueMs : await findLastTurn(parts, orderId, { stuckMs, nowMs: dueMs });
    const since = turnMs - stuckMs - (state === 'CONFIRMED' ? Number(CANCELLABLE_MS) : 0);
    await documents.send(
      new UpdateCommand({
        TableName: ordersTable,
        Key: orderKey(orderId),
        UpdateExpression: `SET changedAt = :at${isBackdated ? ', acceptedAt = :at' : ''}`,
        ExpressionAttributeValues: { ':at': new Date(since).toISOString() },
      }),
    );
  }
  await documents.send(new DeleteCommand({ TableName: coordinationTable, Key: noteKey('sweeper') }));
  await sleep(2 * marginMs);
  return dueMs;
}

/** An order that is too young for a turn is not swept, whatever its row says. */
async function findLastTurn(
  { documents, ordersTable }: SweeperParts,
  orderId: string,
  { stuckMs, nowMs }: { readonly stuckMs: number; readonly nowMs: number },
): Promise<number> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: ordersTable, Key: orderKey(orderId), ConsistentRead: true }),
  );
  const turn = findTurn(Date.parse(String(Item?.acceptedAt)), stuckMs, { fromMs: 0, toMs: nowMs });
  return turn?.toMs ?? nowMs;
}

/**
 * Runs the sweeper as its timer does, until it has covered everything due at that time. Expires the lease first, in case a
 * killed run still holds it.
 *
 * @throws {Error} with the function's error, if it failed
 */
export async function sweepUntil(parts: SweeperParts, dueMs: number): Promise<void> {
  for (let run = 0; run < maxRuns; run++) {
    await expireLease(parts);
    const { FunctionError, Payload = [] } = await parts.lambda.send(new InvokeCommand(target(parts.stage)));
    if (FunctionError) throw new Error(`the sweeper ended with ${FunctionError}: ${Buffer.from(Payload)}`);
    const key = { TableName: parts.coordinationTable, Key: noteKey('sweeper'), ConsistentRead: true };
    const { Item } = await parts.documents.send(new GetCommand(key));
    const progress = Item && sweepProgress.parse(JSON.parse(Item.text));
    if (progress && progress.toMs >= dueMs && progress.bucket === openBuckets) return;
  }
  throw new Error(`the sweeper did not finish in ${maxRuns} runs`);
}

async function expireLease({ documents, coordinationTable }: SweeperParts): Promise<void> {
  const { Item } = await documents.send(new GetCommand({ TableName: coordinationTable, Key: leaseKey('sweeper') }));
  if (!Item) return;
  await documents.send(
    new UpdateCommand({
      TableName: coordinationTable,
      Key: leaseKey('sweeper'),
      UpdateExpression: 'SET expiresAt = :now',
      ExpressionAttributeValues: { ':now': 0 },
    }),
  );
}
