import type { OrderEvent } from '../../../../functions/contracts/order-event.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { Tables } from '../../../dynamodb/tables.ts';
import type { DeadLetter } from '../../../sale/check/dead-letter.ts';
import { dynamoClient } from '../dynamodb/client.ts';
import { startFunctions } from '../dynamodb/entries.ts';
import { busClient, queueClient, watch } from '../dynamodb/platform.ts';
import type { World } from '../platform.ts';
import type { Call, CallMaker } from '../world/calls.ts';
import type { Report } from '../world/outcome.ts';
import { Queue } from '../world/queue.ts';
import type { Process } from '../world/scheduler.ts';
import { Stream } from '../world/stream.ts';
import { Witness } from '../world/witness.ts';
import { home, type Region, type RegionsPlan } from './plan.ts';

const queueRules = { hideMs: 30_000, maxReceives: 5, twice: 0.1, forget: 0.03 };

interface Parts {
  readonly region: Region;
  readonly plan: RegionsPlan;
  readonly calls: CallMaker;
  readonly report: Report;
  /** Called for each row that this region writes. */
  readonly written: (table: string, before: Item | undefined, after: Item) => void;
}

/** One region: its tables with replicas of the others', its queue, stream and functions. */
export class Cell {
  readonly region: Region;
  readonly tables: Tables;
  readonly witness: Witness;
  readonly queue: Queue;
  readonly functions: ReturnType<typeof startFunctions>;
  /** Messages that settlement itself dead-lettered. */
  readonly buried: DeadLetter[] = [];
  readonly bus: OrderEvent[] = [];
  readonly sendDocument;
  readonly sendMessage;
  readonly sendEvents;
  readonly written: Parts['written'];
  /** Permanent. */
  isLost = false;
  readonly #calls: CallMaker;
  readonly #running = new Set<Process>();

  constructor({ region, plan, calls, report, written }: Parts) {
    const { scheduler } = calls;
    this.region = region;
    this.written = written;
    this.#calls = calls;
    this.witness = new Witness(() => scheduler.now);
    this.queue = this.#buildQueue(plan);
    const own: CallMaker = { scheduler, refuse: (text) => calls.refuse(text), make: (call) => this.#make(call) };
    const world = this.#buildWorld(own, plan);
    this.tables = new Tables({
      now: () => scheduler.now,
      refuse: (text) => calls.refuse(text),
      watch: (...change) => this.#watch(world, ...change),
    });
    this.sendDocument = dynamoClient(this.tables, own);
    this.sendMessage = queueClient(world);
    this.sendEvents = busClient(world);
    this.functions = startFunctions({
      ...{ scheduler, report, partner: undefined, settings: settingsOf(region, plan.regions) },
      sweeper: { lost: 0, lossUntilMs: 0, everyMs: plan.sweepEveryMs, stuckMs: plan.stuckMs, cancellableMs: 0 },
    });
  }

  #buildQueue({ orderBatches: { size: batch, windowMs } }: RegionsPlan): Queue {
    const rules = { ...queueRules, work: `${this.region}:settle`, batch, windowMs };
    return new Queue(this.#calls.scheduler, rules, (messages) =>
      this.isLost ? nothingFailed() : this.functions.settle(messages),
    );
  }

  #buildWorld(calls: CallMaker, { eventBatches }: RegionsPlan): World {
    const stream = new Stream<unknown>(
      calls.scheduler,
      (records) => (this.isLost ? nothingFailed() : this.functions.project(records)),
      { ...eventBatches, work: `${this.region}:project` },
    );
    return {
      ...{ calls, witness: this.witness },
      enqueue: (body) => this.queue.send(body),
      bury: (body, noted, step) => void this.buried.push({ step, body, noted }),
      published: (event) => void this.bus.push(event),
      changed: (item, image) => stream.push(item, image),
    };
  }

  /** Ignores replicas: tables named after another region, and the catalog outside the home region. */
  #watch(world: World, name: string, before: Item | undefined, after: Item): void {
    const end = `-${this.region}`;
    const isOwn = ['stock', 'coordination'].includes(name) || (name === 'catalog' && this.region === home);
    if (!isOwn && !name.endsWith(end)) return;
    watch(world, isOwn ? name : name.slice(0, -end.length), before, after);
    this.written(name, before, after);
  }

  /** Kills all of the region's processes; it never answers again. */
  lose(): void {
    this.isLost = true;
    for (const process of this.#running) this.#calls.scheduler.kill(process);
  }

  #make<Answer>(call: Call<Answer>): Promise<Answer> {
    const process = this.#calls.scheduler.current;
    if (process) this.#running.add(process);
    if (process && this.isLost) this.#calls.scheduler.kill(process);
    return this.#calls.make(call);
  }
}

const nothingFailed = () => Promise.resolve<ReadonlySet<string>>(new Set());

/** The settings that the stacks give to the functions. */
function settingsOf(region: Region, regions: readonly Region[]): Readonly<Record<string, string>> {
  const others = regions.filter((other) => other !== region);
  const named = (table: string) => others.map((other) => `${table}-${other}`).join(',');
  return {
    ...{ ORDERS_TABLE: `orders-${region}`, VIEWS_TABLE: `views-${region}`, OWN_REGION: region, HOME_REGION: home },
    ...{ OTHER_ORDERS_TABLES: named('orders'), OTHER_VIEWS_TABLES: named('views') },
    OTHER_STOCK: others.map((other) => `${other}=stock`).join(','),
  };
}
