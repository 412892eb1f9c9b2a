import type { Firestore } from '@google-cloud/firestore';
import * as z from 'zod';
import { type FulfilmentRequest, fulfilmentRequest } from '../../contracts/fulfilment-request.ts';
import * as grammar from '../../contracts/grammar.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import type { Clock } from '../../ports/runtime.ts';
import { queryOf } from './firestore-client.ts';
import { topicOf } from './pubsub-client.ts';
import { queries } from './queries.ts';

const postponedRow = z.object({ request: fulfilmentRequest, dueAt: grammar.timestamp });

/** Pub/Sub cannot delay: a request that has to wait lies in the store until `handOnDue` comes by. */
export function fulfilmentQueue(db: Firestore, clock: Clock): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      const dueAt = new Date(Date.parse(clock.now()) + delayMs).toISOString();
      await db.collection(queries.postponed.collection).add({ v: 1, request, dueAt });
    },
  };
}

/** Takes a request over, or throws. */
export type HandRequest = (request: FulfilmentRequest) => Promise<void>;

export function fulfilmentTopic(topicName: string): HandRequest {
  const topic = topicOf(topicName);
  return async (request) => {
    await topic.publishMessage({ json: request });
  };
}

export interface Due {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly limit: number;
}

/**
 * Hands on the requests that are due, at least once each; one that `hand` throws on stays for the next call and holds up
 * no other.
 *
 * @returns how many were handed on
 * @throws {AggregateError} of what `hand` threw
 */
export async function handOnDue(db: Firestore, hand: HandRequest, { now, limit }: Due): Promise<number> {
  const { docs } = await queryOf(db, queries.postponed, []).limit(limit).get();
  const due = docs.filter((document) => String(document.get('dueAt')) <= now);
  const results = await Promise.allSettled(
    due.map(async (document) => {
      await hand(postponedRow.parse(document.data()).request);
      await document.ref.delete();
    }),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${due.length} requests still wait`);
  return due.length;
}
