import * as z from 'zod';
import {
  decode,
  encode,
  formatCopy,
  parseCopy,
  parseDeadLetter,
} from '../../../functions/adapters/azure/message-text.ts';
import { outboxNotice } from '../../../functions/adapters/azure/outbox.ts';
import { poisonQueue, type QueueName, queues } from '../../../functions/adapters/azure/resources.ts';
import { openStorage, type Storage, signedIn, storageEnv } from '../../../functions/adapters/azure/storage.ts';
import { tableStore } from '../../../functions/adapters/azure/table-store.ts';
import { orderStore } from '../../../functions/adapters/single-partition/orders.ts';
import { parseJson } from '../../../functions/runtime/parse-json.ts';
import { CliError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { diagnoseFulfilmentRequest, diagnoseOrderRequest, stateBy } from '../../operations/redrive/diagnose.ts';
import { findCopies, lookSeconds, type SearchedQueue } from '../../operations/redrive/find-copies.ts';
import type { DeadLetter, DeadLetterQueue, Destination, Diagnose, Sending } from '../../operations/redrive/ports.ts';
import type { CloudRedrive } from '../../operations/redrive/services.ts';

type Queue = ReturnType<Storage['queue']>;

/** Opens the poison queues of a storage account; the environment names it as it does for the functions. */
export async function openRedrive(): Promise<CloudRedrive> {
  const settings = z.object(storageEnv).parse(process.env);
  if (!settings.DATA && !(settings.DATA__queueServiceUri && settings.DATA__tableServiceUri))
    throw new CliError(
      'data_missing',
      'no storage account is configured',
      'Set DATA__queueServiceUri and DATA__tableServiceUri, and sign in (az login); or DATA, a connection string.',
    );
  const credential = signedIn();
  const storage = openStorage(settings, { credential });
  const once = openStorage(settings, { credential, queueTries: 1 });
  const find = stateBy(orderStore(tableStore(storage.table)));
  const redrivable = (queue: QueueName, diagnose: Diagnose) => ({
    queue: poisonLetters(storage, queue),
    destination: storageQueue(once, queue),
    diagnose,
  });
  const place = storage.queue(queues.orders).url.replace(/\/[^/]*$/, '');
  const missing = await withPlainErrors(place, () => findMissing(storage));
  return {
    place,
    missing,
    services: [
      { service: 'settlement', ...redrivable(queues.orders, diagnoseOrderRequest(find)) },
      { service: 'projection', ...redrivable(queues.outbox, diagnoseNotice) },
      { service: 'fulfilment', ...redrivable(queues.fulfilments, diagnoseFulfilmentRequest(find)) },
    ],
    close: async () => {},
  };
}

/** Finds queues that do not exist, so that a missing queue does not pass for an empty one. */
async function findMissing(storage: Storage): Promise<string[]> {
  const names = Object.values(queues).flatMap((name) => [name, poisonQueue(name)]);
  const exist = await Promise.all(names.map((name) => storage.queue(name).exists()));
  return names.filter((_, index) => !exist[index]);
}

const diagnoseNotice: Diagnose = async ({ body }) => {
  const notice = outboxNotice.safeParse(parseJson(body)).data;
  if (!notice) return { cause: 'MALFORMED_EVENT', outlook: 'would fail' };
  return { cause: 'FAILED_REPEATEDLY', outlook: 'may succeed', about: `${notice.sku}#${notice.shard}` };
};

/** https://learn.microsoft.com/azure/storage/queues/scalability-targets */
const maxTextBytes = 65_536;
/** The service's limit per call. */
const maxPerCall = 32;

export function poisonLetters(storage: Storage, name: QueueName): DeadLetterQueue {
  const queue = storage.queue(poisonQueue(name));
  return {
    name: poisonQueue(name),
    async receive(max, visibilityTimeout) {
      const numberOfMessages = Math.min(max, maxPerCall);
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages, visibilityTimeout });
      return receivedMessageItems.map(({ messageId, messageText, popReceipt, insertedOn }): DeadLetter => {
        const { body, reason } = parseDeadLetter(messageText);
        const attributes = reason === undefined ? {} : { reason: { type: 'String', value: reason } };
        return { id: messageId, body, envelope: { attributes }, sentAt: insertedOn.getTime(), receipt: popReceipt };
      });
    },
    async remove(letters) {
      const gone = await Promise.all(
        letters.map(({ id, receipt }) =>
          queue.deleteMessage(id, receipt).then(
            () => [id],
            (error) => ignoreRefusal(error, []),
          ),
        ),
      );
      return new Set(gone.flat());
    },
    release: (letters) => release(queue, letters),
  };
}

export function storageQueue(storage: Storage, name: QueueName): Destination {
  const queue = storage.queue(name);
  async function send({ id, body }: DeadLetter): Promise<Sending> {
    try {
      await queue.sendMessage(encode(formatCopy(id, body)), { messageTimeToLive: -1 });
      return 'sent';
    } catch (error) {
      return wasRefused(error) ? 'refused' : 'in doubt';
    }
  }
  return {
    name,
    send: async (letters) =>
      new Map(await Promise.all(letters.map(async (letter) => [letter.id, await send(letter)] as const))),
    findObstacle: ({ id, body }) => {
      if (typeof body === 'string') return 'its text is not Base64, so that no worker can read it';
      const size = encode(formatCopy(id, body)).length;
      return size > maxTextBytes ? `its copy of ${size} bytes exceeds the limit of ${maxTextBytes}` : undefined;
    },
    copiesOf: (ids) => findCopies(searched(queue), ids),
  };
}

function searched(queue: Queue): SearchedQueue {
  return {
    async look() {
      const { receivedMessageItems } = await queue.receiveMessages({
        numberOfMessages: maxPerCall,
        visibilityTimeout: lookSeconds,
      });
      return receivedMessageItems.map(({ messageId, popReceipt, messageText }) => {
        const { original } = parseCopy(decode(messageText) ?? Buffer.of());
        return { id: messageId, receipt: popReceipt, original };
      });
    },
    release: (seen) => release(queue, seen),
  };
}

async function release(queue: Queue, letters: readonly Pick<DeadLetter, 'id' | 'receipt'>[]): Promise<void> {
  for (const { id, receipt } of letters) {
    // Errors are ignored per message: one that was deleted or received again meanwhile needs no release.
    await queue.updateMessage(id, receipt, undefined, 0).catch((error) => ignoreRefusal(error, undefined));
  }
}

/** Whether the service rejected the call. Without an answer, or after a server error, it may have taken effect. */
function wasRefused(error: unknown): boolean {
  const { statusCode = 0 } = error as { statusCode?: number };
  return statusCode >= 400 && statusCode < 500;
}

function ignoreRefusal<Result>(error: unknown, result: Result): Result {
  if (wasRefused(error)) return result;
  throw error;
}
