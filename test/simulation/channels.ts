import type { DeadLetters, EventBus, OrderQueue } from '../../functions/ports/messaging.ts';
import type { World } from './platform.ts';

/** Queue, dead letters and bus of a cloud that the simulation has no services of its own for. */
export function channelsOf({ calls, enqueue, bury, published }: World) {
  const call = <Answer>(name: string, work: (refuses: boolean) => Answer): Promise<Answer> =>
    calls.make<Answer>({
      name,
      execute(answer, refuses) {
        const done = work(refuses);
        answer(() => done);
      },
      busy: () => fail('Throttled'),
      lost: () => fail('TimeoutError'),
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

export function fail(name: string): never {
  throw Object.assign(new Error(name), { name });
}
