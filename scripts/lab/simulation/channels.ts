import type { DeadLetters, EventBus, OrderQueue } from '../../../functions/ports/messaging.ts';
import type { World } from './platform.ts';

/** Generic queue, dead letters and bus for clouds without simulated services. */
export function simulateChannels({ calls, enqueue, bury, published }: World) {
  const call = <Answer>(name: string, work: (refuses: boolean) => Answer): Promise<Answer> =>
    calls.make<Answer>({
      name,
      execute(answer, refuses) {
        answer(work(refuses));
      },
      busy: () => failures.throttled,
      lost: () => failures.timeout,
    });
  const queue: OrderQueue = { send: (request) => call('send', () => enqueue(JSON.stringify(request))) };
  const dead: DeadLetters = { put: (body, reason) => call('bury', () => bury(body, reason)) };
  const bus: EventBus = {
    publish: (events) =>
      call('publish', (refusesLast) => {
        const taken = refusesLast ? events.slice(0, -1) : events;
        for (const event of taken) published(event);
        return events.slice(taken.length);
      }),
  };
  return { queue, dead, bus };
}

export function failure(name: string): Error {
  return Object.assign(new Error(name), { name });
}

// Reused: a run returns many.
const failures = { throttled: failure('Throttled'), timeout: failure('TimeoutError') };
