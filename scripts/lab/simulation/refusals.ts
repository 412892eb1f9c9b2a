import type { Platform } from './platform.ts';
import type { Consume, Services } from './services.ts';
import type { Report } from './world/outcome.ts';
import type { Scheduler } from './world/scheduler.ts';
import type { StreamRecord } from './world/stream.ts';

interface Entry {
  readonly id: string;
}

/** Finds the order or event of a batch entry. */
type Subject<One> = (entry: One) => string | undefined;

/** Finds batch entries that a function completed but reported as failed, so that they would be redelivered. */
export class Refusals {
  readonly #done = new Map<string, Set<string>>();
  readonly #scheduler: Scheduler;
  readonly #report: Report;

  constructor(scheduler: Scheduler, report: Report) {
    this.#scheduler = scheduler;
    this.#report = report;
  }

  /** Called when a process learns that an order or event is done; `undefined` means that it may repeat all its work. */
  finished(process: string, subject: string | undefined): void {
    if (subject === undefined) return void this.#done.delete(process);
    const done = this.#done.get(process) ?? new Set();
    this.#done.set(process, done.add(subject));
  }

  /** Wraps the workers so that their answers are judged. */
  judge(services: Services, { eventOf }: Pick<Platform, 'eventOf'>): Services {
    const eventIn = ({ image }: StreamRecord<unknown>) => {
      const order = eventOf(image)?.order;
      return order && `${order.orderId} ${order.version}`;
    };
    return {
      ...services,
      settle: this.#judged(orderIn, services.settle),
      project: this.#judged(eventIn, services.project),
      ...(services.fulfil && { fulfil: this.#judged(orderIn, services.fulfil) }),
    };
  }

  /** If a batch names a subject twice, the second entry may fail, so such a batch is not judged. */
  #judged<One extends Entry>(subjectOf: Subject<One>, consume: Consume<One>): Consume<One> {
    return async (batch) => {
      const process = this.#scheduler.current?.name ?? '';
      const failed = await consume(batch);
      const done = this.#done.get(process) ?? new Set();
      this.#done.delete(process);
      const subjects = new Map(batch.map((entry) => [entry.id, subjectOf(entry)]));
      const isOnce = new Set(subjects.values()).size === batch.length;
      const refused = [...failed].find((id) => isOnce && done.has(subjects.get(id) ?? ''));
      if (refused !== undefined) this.#report('batch', `${process} refused ${refused}, which it had processed`);
      return failed;
    };
  }
}

/** Finds the order id in a message to settlement or fulfilment. */
export function orderIn({ body }: { readonly body: string }): string | undefined {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(body)?.[0];
}
