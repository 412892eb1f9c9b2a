import type { Tracker } from '../model/tracker.ts';
import type { CloudRules } from './cloud-model.ts';
import { Instances, type Work } from './instances.ts';

export interface Line {
  readonly now: number;
  readonly seconds: number;
  readonly tracker: Tracker;
  /** A message that waits longer is late; undefined: no message is ever late. */
  readonly lateSeconds: number | undefined;
}

type Worker = 'settlement' | 'projection' | 'fulfilment';
/** Averaging time, in seconds. */
const averaged = 10;
/** Time in which additional instances should clear a backlog, in seconds. */
const drainSeconds = 10;

/** A queue and its worker, whose instances take several messages at once. */
export class WorkerQueue {
  readonly service: Worker;
  readonly instances: Instances;
  backlog = 0;
  waitSeconds = 0;
  /** Average number of messages in progress that the arrivals need. */
  asked = 0;
  readonly #rules: CloudRules;
  #window: number;

  constructor(service: Worker, rules: CloudRules) {
    this.service = service;
    this.#rules = rules;
    this.instances = new Instances(rules.services[service], rules.growth.worker);
    this.#window = rules.pushWindow ?? Number.POSITIVE_INFINITY;
  }

  /** @returns messages that were processed */
  step(arrived: number, each: Omit<Work, 'invocations'>, line: Line): number {
    const { seconds } = line;
    const waiting = this.backlog + arrived;
    const wanted = arrived + this.backlog * Math.min(1, seconds / drainSeconds);
    const room = this.instances.grow({ invocations: wanted, ...each }, seconds);
    const pushed = (this.#window / each.seconds) * seconds;
    const queue = (this.#rules.queuePerSecond ?? Number.POSITIVE_INFINITY) * seconds;
    const taken = Math.min(waiting, room, pushed, queue);
    // Slow start: every answer makes room for one more message.
    if (waiting >= pushed) this.#window += taken;
    this.backlog = Math.max(0, waiting - taken);
    this.waitSeconds = this.backlog > 0.5 ? this.backlog / Math.max(taken / seconds, 1e-9) : 0;
    this.asked += ((arrived / seconds) * each.seconds - this.asked) * Math.min(1, seconds / averaged);
    this.#observe(arrived, this.asked / (this.instances.paceOf({ invocations: 0, ...each }) * each.seconds), line);
    return taken;
  }

  /** @param count number of instances that the arrivals need */
  #observe(arrived: number, count: number, { now, seconds, tracker, lateSeconds }: Line): void {
    const { service, instances, waitSeconds } = this;
    const late = this.backlog > 1 && lateSeconds !== undefined && waitSeconds > lateSeconds;
    const limit = instances.rule.maxInstances;
    const demand = instances.isAtMost && this.backlog > 1 ? limit : instances.count;
    const seen = { offered: arrived, refused: 0, seconds, count };
    tracker.observe(service, now, {
      ...{ ...seen, unit: 'instances', demand, limit, reason: 'queue grows' },
      broken: late && instances.isAtMost,
    });
    const isSlow = late && !instances.isAtMost;
    tracker.observe(`${service}.scaleOut`, now, {
      ...{ ...seen, unit: 's of wait', demand: isSlow ? waitSeconds : 0, limit: lateSeconds ?? 1 },
      ...{ reason: 'instances start slowly', broken: isSlow },
    });
  }
}
