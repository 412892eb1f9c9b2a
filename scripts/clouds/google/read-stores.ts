import type { firestore } from '../../../functions/adapters/google/firestore-client.ts';
import type { Pulled, Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { type DeadLetter, type DeadLetterStep, parseReason } from '../../sale/check/dead-letter.ts';
import { type Collection, collections, type Document, snapshotOfDocuments } from '../../sale/check/document-rows.ts';
import type { Stores } from '../../sale/check/snapshot.ts';
import { pushes } from './topology.ts';

type Database = ReturnType<typeof firestore>;

/** Reads all collections. */
export async function readCollections(db: Database): Promise<Stores> {
  const read = async (name: Collection): Promise<[Collection, Document[]]> => {
    const { docs } = await db.collection(name).get();
    return [name, docs.map((document) => ({ id: document.id, fields: document.data() }))];
  };
  const documents = new Map(await Promise.all(collections.map(read)));
  return snapshotOfDocuments((name) => documents.get(name) ?? []);
}

const peekMs = 1_000;
const maxPerPull = 1_000;

/** Reads the dead letters without removing them. */
export async function readDeadLetters(subscriptions: Subscriptions): Promise<DeadLetter[]> {
  const letters = await Promise.all(
    [...stepsByTopic].map(async ([topic, step]) => {
      const pulled = await pullAll(subscriptions, topic);
      await Promise.all(pulled.map((letter) => letter.hide(0)));
      return pulled.map(({ body, attributes }) => ({ step, body, noted: parseReason(attributes.reason) }));
    }),
  );
  return letters.flat();
}

/** A pull may return fewer messages than there are; those returned stay hidden meanwhile. */
async function pullAll(subscriptions: Subscriptions, topic: string): Promise<Pulled[]> {
  const all: Pulled[] = [];
  for (;;) {
    const pulled = await subscriptions.pull(topic, maxPerPull, peekMs);
    if (pulled.length === 0) return all;
    all.push(...pulled);
  }
}

/** Each dead-letter topic has a subscription of its name. */
const stepsByTopic = new Map<string, DeadLetterStep>(pushes.map(({ deadLetters, service }) => [deadLetters, service]));
