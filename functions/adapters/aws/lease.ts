import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parseStored } from '../../contracts/readable-rows.ts';
import { leaseRow, noteRow } from '../../contracts/rows.ts';
import type { FencedNotes, Lease, LeaseStore } from '../../ports/lease.ts';
import { RetryLater } from '../../ports/retry-later.ts';
import { parseCancellation } from './cancellation.ts';
import { documents } from './clients/dynamodb-client.ts';
import { leaseKey, noteKey } from './keys.ts';

export function leaseStore(table: string): LeaseStore {
  return {
    take: (name, holder, nowMs, forMs) =>
      update(table, name, {
        // SET, not ADD: an SDK retry fails on `expiresAt`, so it cannot raise the token twice.
        UpdateExpression: 'SET holder = :holder, expiresAt = :end, #token = if_not_exists(#token, :none) + :one',
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':holder': holder, ':end': nowMs + forMs, ':now': nowMs, ':none': 0, ':one': 1 },
      }),
    renew: ({ name, token }, nowMs, forMs) => extend(table, name, token, nowMs + forMs),
    async release({ name, token }) {
      await extend(table, name, token, 0);
    },
  };
}

function extend(table: string, name: string, token: number, end: number): Promise<Lease | undefined> {
  return update(table, name, {
    UpdateExpression: 'SET expiresAt = :end',
    ConditionExpression: '#token = :token',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':end': end, ':token': token },
  });
}

async function update(table: string, name: string, change: object): Promise<Lease | undefined> {
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({ TableName: table, Key: leaseKey(name), ReturnValues: 'ALL_NEW', ...change }),
    );
    return { name, ...parseStored(leaseRow, Attributes) };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Goes into every transaction that only the latest holder may make. */
export function fence(table: string, { name, token }: Lease): Write {
  return {
    ConditionCheck: {
      TableName: table,
      Key: leaseKey(name),
      ConditionExpression: '#token = :token',
      ExpressionAttributeNames: { '#token': 'token' },
      ExpressionAttributeValues: { ':token': token },
    },
  };
}

export function fencedNotes(table: string): FencedNotes {
  return {
    async read(key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: noteKey(key), ConsistentRead: true }),
      );
      return Item && parseStored(noteRow, Item).text;
    },
    async write(key, text, lease) {
      const note = { Put: { TableName: table, Item: { ...noteKey(key), v: 1, text } } };
      try {
        await documents.send(new TransactWriteCommand({ TransactItems: [fence(table, lease), note] }));
        return true;
      } catch (error) {
        if (parseCancellation(error).kind === 'condition') return false;
        throw new RetryLater(`note ${key} is locked by another transaction`);
      }
    },
  };
}
