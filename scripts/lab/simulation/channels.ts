import { toText } from '../../../functions/lib/bytes.ts';
import type { DeadLetters, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import { type Luck, pickEntries } from '../../dynamodb/luck.ts';
import type { World } from './platform.ts';
import { failure } from './world/failure.ts';

export { failure } from './world/failure.ts';

/** Generic order queue, settlement's dead letters and event bus, for clouds whose services are not simulated. */
export function simulateChannels({ calls, enqueue, bury, published }: World) {
  const call = <Answer>(name: string, work: (luck: Luck) => Answer): Promise<Answer> =>
    calls.make<Answer>({
      name,
      execute(answer, luck) {
        answer(work(luck));
      },
      busy: () => failures.throttled,
      lost: () => failures.timeout,
    });
  const queue: OrderQueue = { send: (request) => call('send', () => enqueue(JSON.stringify(request))) };
  const dead: DeadLetters = { put: (body, reason) => call('bury', () => bury(toText(body), reason, 'settlement')) };
  const bus: EventBus = {
    publish: (events) =>
      call('publish', ({ conflict, pick }) => {
        const isRefused = pickEntries(conflict ? events.length : 0, pick);
        for (const [index, event] of events.entries()) if (!isRefused(index)) published(event);
        return events.filter((_, index) => isRefused(index));
      }),
  };
  return { queue, dead, bus };
}

// Reused, because a run returns them often.
const failures = { throttled: failure('Throttled'), timeout: failure('TimeoutError') };
