import { decode, parseDeadLetter } from '../../../../../functions/adapters/azure/message-text.ts';
import { poisonQueue, queues } from '../../../../../functions/adapters/azure/resources.ts';
import type { OrderEvent } from '../../../../../functions/contracts/order-event.ts';
import { toText } from '../../../../../functions/lib/bytes.ts';
import { failure } from '../../channels.ts';
import { sharedSecret } from '../../partner.ts';
import type { World } from '../../platform.ts';
import type { CallMaker } from '../../world/calls.ts';
import type { Queue } from '../../world/queue.ts';
import { serve } from '../../world/web.ts';
import { host, type SendOptions } from './sdk.ts';

const busy = failure('ServerBusy');
const timeout = failure('TimeoutError');
/** https://learn.microsoft.com/rest/api/storageservices/put-message */
const weekSeconds = 7 * 86_400;

/** Serves Key Vault behind `fetch`. */
export function serveVault(calls: CallMaker): void {
  serve('https://vault.invalid', () =>
    calls.make<object>({
      name: 'GET secret',
      execute: (answer) => answer({ status: 200, json: async () => ({ value: sharedSecret }) }),
      busy: () => ({ status: 429, json: async () => ({}) }),
      lost: () => timeout,
    }),
  );
}

interface Sent {
  readonly queue: string;
  readonly text: string;
  readonly options: SendOptions;
  readonly sender: string;
}

/** The queues of the storage account. */
export function connectQueues(world: World, outbox: Queue): void {
  const { calls } = world;
  host.send = (queue, text, options) => {
    const sender = calls.scheduler.current?.name ?? '';
    return calls.make<object>({
      name: `send ${queue}`,
      execute(answer) {
        const refusal = take(world, outbox, { queue, text, options, sender });
        answer(refusal === undefined ? {} : calls.refuse(refusal));
      },
      busy: () => busy,
      lost: () => timeout,
    });
  };
}

const letterSteps = {
  [poisonQueue(queues.orders)]: 'settlement',
  [poisonQueue(queues.outbox)]: 'projection',
  [poisonQueue(queues.fulfilments)]: 'fulfilment',
} as const;
const isLetterQueue = (queue: string): queue is keyof typeof letterSteps => queue in letterSteps;

/** @returns the reason that the service, or the host that reads the queue, would reject the message */
function take(world: World, outbox: Queue, { queue, text, options, sender }: Sent): string | undefined {
  const { visibilityTimeout: delay = 0, messageTimeToLive: life } = options;
  if (!Number.isInteger(delay) || delay < 0 || delay > weekSeconds) return `${queue}: a delay of ${delay} seconds`;
  // An outbox notice may expire: the sweep finds its event without it.
  if (life !== -1 && queue !== queues.outbox) return `${queue}: a message expires`;
  if (isLetterQueue(queue)) {
    const { body, reason } = parseDeadLetter(text);
    if (!reason) return `${queue} got a letter without a reason: ${text}`;
    world.bury(toText(body), reason, letterSteps[queue]);
    return undefined;
  }
  const bytes = decode(text);
  if (!bytes) return `${queue} got ${text}, which the host cannot read`;
  const body = toText(bytes);
  if (queue === queues.outbox) outbox.send(body);
  else if (queue === queues.orders) world.enqueue(body, sender);
  else if (isEvent(body)) world.published(JSON.parse(body) as OrderEvent, delay * 1_000);
  else world.postpone?.(body, delay * 1_000, sender);
  return undefined;
}

/** The bus puts events into the queue of requests. */
const isEvent = (body: string) => (JSON.parse(body) as { type?: string }).type !== undefined;
