import type { Firestore } from '@google-cloud/firestore';
import * as z from 'zod';
import { type FulfilmentRequest, fulfilmentRequest } from '../../contracts/fulfilment-request.ts';
import * as grammar from '../../contracts/grammar.ts';
import { allOf } from '../../lib/all-of.ts';
import type { FulfilmentQueue } from '../../ports/partner.ts';
import type { Clock } from '../../ports/runtime.ts';
import { buildQuery, readReadable } from './firestore-client.ts';
import { openTopic } from './pubsub-client.ts';
import { queries } from './queries.ts';

const postponedRow = z.object({ request: fulfilmentRequest, dueAt: grammar.timestamp });

/** Pub/Sub cannot delay messages, so a postponed request is stored until `handOnDue` hands it over. */
export function fulfilmentQueue(db: Firestore, clock: Clock): FulfilmentQueue {
  return {
    async send(request, delayMs) {
      const dueAt = new Date(Date.parse(clock.now()) + delayMs).toISOString();
      await db.collection(queries.postponed.collection).add({ v: 1, request, dueAt });
    },
  };
}

/** Hands a request over, or throws. */
export type HandRequest = (request: FulfilmentRequest) => Promise<void>;

export function fulfilmentTopic(topicName: string): HandRequest {
  const topic = openTopic(topicName);
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
 * Hands over the requests that are due, at least once each. A request that `hand` rejects stays for the next call and
 * does not block the others.
 *
 * @returns how many were handed over
 * @throws {AggregateError} with the errors of `hand`
 */
export async function handOnDue(db: Firestore, hand: HandRequest, { now, limit }: Due): Promise<number> {
  const postponed = await readReadable(buildQuery(db, queries.postponed, []), postponedRow, limit);
  const due = postponed.filter(({ value }) => value.dueAt <= now);
  const results = await Promise.allSettled(
    due.map(async ({ document, value }) => {
      await hand(value.request);
      await document.ref.delete();
    }),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw allOf(errors, `${errors.length} of ${due.length} due requests were not handed over`);
  return due.length;
}
