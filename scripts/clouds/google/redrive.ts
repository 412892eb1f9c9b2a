import type { Pulled, Subscriptions } from '../../../functions/adapters/google/subscriptions.ts';
import { toBytes, toText } from '../../../functions/lib/bytes.ts';
import type { Envelope } from '../../../functions/ports/messaging.ts';
import { type Push, redrivenName, redrives, topics } from '../../../stacks/model/clouds/google-topology.ts';
import { physicalName } from '../../../stacks/model/names.ts';
import { CliError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import {
  diagnoseEvent,
  diagnoseFulfilmentRequest,
  diagnoseOrderRequest,
  type FindOrder,
  stateBy,
} from '../../operations/redrive/diagnose.ts';
import { copyMark, findCopies, lookSeconds, type SearchedQueue } from '../../operations/redrive/find-copies.ts';
import {
  type DeadLetter,
  type DeadLetterQueue,
  type Destination,
  type Diagnose,
  type Sending,
  withoutReason,
} from '../../operations/redrive/ports.ts';
import type { CloudRedrive } from '../../operations/redrive/services.ts';
import { database } from './topology.ts';

/** Opens the dead-letter topics of a stage in GOOGLE_CLOUD_PROJECT, or of a local platform, which needs no stage. */
export async function openRedrive(stage: string | undefined): Promise<CloudRedrive> {
  const { GOOGLE_CLOUD_PROJECT: project, PUBSUB_EMULATOR_HOST: host } = process.env;
  if (!project)
    throw new CliError('project_missing', 'GOOGLE_CLOUD_PROJECT is not set', "Set it to the stage's project.");
  if (!host && !stage) throw new CliError('stage_missing', 'no stage is given', 'Name one: --stage prod');
  // The clients read the environment when they are created, so it is checked first.
  const { firestore } = await import('../../../functions/adapters/google/firestore-client.ts');
  const { orderStore } = await import('../../../functions/adapters/google/orders.ts');
  const { subscriptions } = await import('../../../functions/adapters/google/subscriptions.ts');
  const pubsub = await subscriptions();
  const db = firestore(stage ? physicalName(stage, 'store') : database);
  const nameOf = (thing: string) => (stage ? physicalName(stage, thing) : thing);
  const find = stateBy(orderStore(db));
  const place = `Google, ${host ?? project}`;
  const needed = redrives.flatMap((push) => [topics[push.deadLetters].name, redrivenName(push)]);
  const missing = await withPlainErrors(place, () => findMissing(pubsub, needed.map(nameOf)));
  return {
    place,
    missing,
    services: redrives.map((push) => ({
      service: push.service,
      queue: deadLetterTopic(pubsub, nameOf(topics[push.deadLetters].name)),
      destination: workTopic(pubsub, nameOf(topics[push.topic].name), nameOf(redrivenName(push))),
      diagnose: diagnoses[push.service](find),
    })),
    close: async () => void (await Promise.all([pubsub.close(), db.terminate()])),
  };
}

/** Pulling cannot tell an empty subscription from one that does not exist or answer. */
async function findMissing(pubsub: Subscriptions, names: readonly string[]): Promise<string[]> {
  const exist = await Promise.all(names.map((name) => pubsub.exists(name)));
  return names.filter((_, index) => !exist[index]);
}

const diagnoses: Readonly<Record<Push['service'], (find: FindOrder) => Diagnose>> = {
  settlement: diagnoseOrderRequest,
  projection: () => diagnoseEvent,
  fulfilment: diagnoseFulfilmentRequest,
};

const waitMs = 1_500;
/** Pub/Sub's limit. */
const maxVisibilityTimeoutSeconds = 600;

/** A dead-letter topic, read through the subscription of the same name. */
export function deadLetterTopic(pubsub: Subscriptions, name: string): DeadLetterQueue {
  return {
    name,
    async receive(max, visibilityTimeoutSeconds) {
      const messages = await pubsub.pull(name, max, waitMs);
      const ackIds = messages.map(({ ackId }) => ackId);
      await pubsub.hide(name, ackIds, Math.min(visibilityTimeoutSeconds, maxVisibilityTimeoutSeconds));
      return messages.map(toDeadLetter);
    },
    async remove(letters) {
      const ackIds = letters.map(({ receipt }) => receipt);
      await pubsub.acknowledge(name, ackIds);
      return new Set(letters.map(({ id }) => id));
    },
    release: (letters) => releaseAll(pubsub, name, letters),
  };
}

function toDeadLetter({ messageId, ackId, data, attributes, orderingKey, publishedAt }: Pulled): DeadLetter {
  const own = Object.entries(attributes).map(([name, value]) => [name, { type: 'String', value }] as const);
  const envelope = { attributes: Object.fromEntries(own), ...(orderingKey !== undefined && { orderingKey }) };
  return { id: messageId, body: data, envelope, sentAt: publishedAt, receipt: ackId };
}

/** A topic that is pushed to a worker; subscription `redriven` gets a copy of each redriven message. */
export function workTopic(pubsub: Subscriptions, name: string, redriven: string): Destination {
  async function send({ id, body, envelope }: DeadLetter): Promise<Sending> {
    try {
      const attributes = { ...ownAttributes(envelope), [copyMark]: id };
      await pubsub.publishOnce(name, { data: toBytes(body), attributes, orderingKey: envelope.orderingKey });
      return 'sent';
    } catch (error) {
      return rejectionCodes.has((error as { code?: number }).code ?? -1) ? 'refused' : 'in doubt';
    }
  }
  return {
    name,
    send: async (letters) =>
      new Map(await Promise.all(letters.map(async (letter) => [letter.id, await send(letter)] as const))),
    findObstacle: ({ envelope }) =>
      Object.keys({ ...ownAttributes(envelope), [copyMark]: '' }).length > maxAttributes
        ? `it has ${maxAttributes} attributes, so that none is left for ${copyMark}; publish it by hand`
        : undefined,
    copiesOf: (ids) => findCopies(searched(pubsub, redriven, ids), ids),
  };
}

/** https://cloud.google.com/pubsub/quotas#resource_limits */
const maxAttributes = 100;

/** Invalid, missing, forbidden, in a wrong state, unauthenticated: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const rejectionCodes = new Set([3, 5, 7, 9, 16]);

/** Drops the attributes of the failed attempt: the reason, and what Pub/Sub adds to a dead letter. */
function ownAttributes(envelope: Envelope): Record<string, string> {
  const { attributes = {} } = withoutReason(envelope);
  const own = Object.entries(attributes).filter(([key]) => !key.startsWith('CloudPubSubDeadLetterSource'));
  return Object.fromEntries(own.map(([name, { value }]) => [name, toText(value)]));
}

const maxPerPull = 1_000;

/** Finds the copies in question; acknowledges all others, which are no longer needed. */
function searched(pubsub: Subscriptions, name: string, doubted: ReadonlySet<string>): SearchedQueue {
  return {
    async look() {
      const messages = await pubsub.pull(name, maxPerPull, waitMs);
      const isDoubted = ({ attributes }: Pulled) => doubted.has(attributes[copyMark] ?? '');
      const idsOf = (some: readonly Pulled[]) => some.map(({ ackId }) => ackId);
      await pubsub.acknowledge(name, idsOf(messages.filter((message) => !isDoubted(message))));
      const kept = messages.filter(isDoubted);
      await pubsub.hide(name, idsOf(kept), lookSeconds);
      return kept.map(({ messageId, ackId, attributes }) => ({
        id: messageId,
        receipt: ackId,
        original: attributes[copyMark],
      }));
    },
    release: (seen) => releaseAll(pubsub, name, seen),
  };
}

async function releaseAll(
  pubsub: Subscriptions,
  name: string,
  letters: readonly Pick<DeadLetter, 'receipt'>[],
): Promise<void> {
  const ackIds = letters.map(({ receipt }) => receipt);
  // A message that is no longer held needs no release.
  await pubsub.hide(name, ackIds, 0).catch(() => {});
}
