import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from '../../../functions/adapters/azure/message-text.ts';
import { poisonQueue, type QueueName } from '../../../functions/adapters/azure/resources.ts';
import type { Storage } from '../../../functions/adapters/azure/storage.ts';

/** `extensions.queues` of host.json, in numbers. */
export interface QueueSettings {
  readonly batchSize: number;
  /** A new batch is fetched when no more than this many messages are in progress. */
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** How long a failed message stays hidden. */
  readonly visibilityTimeoutSeconds: number;
  readonly maxPollingMs: number;
}

export interface Trigger {
  readonly queue: QueueName;
  readonly settings: QueueSettings;
  readonly work: (body: Buffer, message: MessageData) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface MessageData {
  readonly id: string;
  readonly dequeueCount: number;
  readonly insertedOn: Date;
}

type Queue = ReturnType<Storage['queue']>;
type Message = Awaited<ReturnType<Queue['receiveMessages']>>['receivedMessageItems'][number];

/** The real host renews its lease on a message; no function here runs this long. */
const leaseSeconds = 120;
const firstPollingMs = 50;

/** The Functions host's queue trigger: fetches batches, and copies a message that it gives up on to the poison queue. */
export class QueuePoller {
  readonly #queue: Queue;
  readonly #poison: Queue;
  readonly #trigger: Trigger;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #done: Promise<void> | undefined;

  constructor(storage: Storage, trigger: Trigger) {
    this.#queue = storage.queue(trigger.queue);
    this.#poison = storage.queue(poisonQueue(trigger.queue));
    this.#trigger = trigger;
  }

  start(): void {
    this.#done = this.#poll();
  }

  /** Stops fetching, and waits for the messages in progress. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    await this.settled();
  }

  /** Resolves when no message is in progress. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    let pauseMs = firstPollingMs;
    while (!this.#stopping.signal.aborted) {
      const taken = await this.takeBatch().catch((error: unknown) => {
        this.#trigger.log(`queue ${this.#trigger.queue}: ${error}`);
        return 0;
      });
      pauseMs = taken > 0 ? firstPollingMs : Math.min(pauseMs * 2, this.#trigger.settings.maxPollingMs);
      if (taken === 0) await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      while (this.#running.size > this.#trigger.settings.newBatchThreshold) await Promise.race(this.#running);
    }
  }

  /** Starts work on the next batch; returns its size. */
  async takeBatch(): Promise<number> {
    const { receivedMessageItems: messages } = await this.#queue.receiveMessages({
      numberOfMessages: this.#trigger.settings.batchSize,
      visibilityTimeout: leaseSeconds,
    });
    for (const message of messages) {
      const running = this.#handle(message)
        .catch((error: unknown) => this.#trigger.log(`queue ${this.#trigger.queue}: ${error}`))
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
    return messages.length;
  }

  async #handle(message: Message): Promise<void> {
    const { messageId, popReceipt, dequeueCount, insertedOn } = message;
    const { work, log, queue, settings } = this.#trigger;
    const body = decode(message.messageText);
    if (!body) {
      log(`message ${messageId} of ${queue} is not Base64`);
      await this.#poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
      return void (await this.#queue.deleteMessage(messageId, popReceipt));
    }
    try {
      await work(body, { id: messageId, dequeueCount, insertedOn });
    } catch (error) {
      log(`message ${messageId} of ${queue} failed, delivery ${dequeueCount} of ${settings.maxDequeueCount}: ${error}`);
      if (dequeueCount < settings.maxDequeueCount) {
        await this.#queue.updateMessage(messageId, popReceipt, undefined, settings.visibilityTimeoutSeconds);
        return;
      }
      await this.#poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
    }
    await this.#queue.deleteMessage(messageId, popReceipt);
  }
}
