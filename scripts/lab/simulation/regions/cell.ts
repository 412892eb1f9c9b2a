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
  /** A row that this region wrote. */
  readonly written: (cell: Cell, table: string, before: Item | undefined, after: Item) => void;
}

/** One region: its tables with replicas of the others', its queue, stream and functions. */
export class Cell {
  readonly region: Region;
  readonly tables: Tables;
  readonly witness: Witness;
  readonly queue: Queue;
  readonly functions: ReturnType<typeof startFunctions>;
  /** Letters that settlement wrote itself. */
  readonly buried: DeadLetter[] = [];
  readonly bus: OrderEvent[] = [];
  readonly sendDocument;
  readonly sendMessage;
  readonly sendEvents;
  /** For good. */
  isLost = false;
  readonly #calls: CallMaker;
  readonly #running = new Set<Process>();

  constructor({ region, plan, calls, report, written }: Parts) {
    const { scheduler } = calls;
    const { size: batch, windowMs } = plan.orderBatches;
    this.region = region;
    this.#calls = calls;
    this.witness = new Witness(() => scheduler.now);
    const own: CallMaker = {
      scheduler,
      refuse: (text) => calls.refuse(text),
      make: (call) => this.#make(call),
    };
    const queue = new Queue(scheduler, { ...queueRules, work: `${region}:settle`, batch, windowMs }, (messages) =>
      this.isLost ? nothingFailed() : this.functions.settle(messages),
    );
    const stream = new Stream<unknown>(
      scheduler,
      (records) => (this.isLost ? nothingFailed() : this.functions.project(records)),
      { ...plan.eventBatches, work: `${region}:project` },
    );
    const world: World = {
      ...{ calls: own, witness: this.witness },
      enqueue: (body) => queue.send(body),
      bury: (body, noted, step) => void this.buried.push({ step, body, noted }),
      published: (event) => void this.bus.push(event),
      changed: (item, image) => stream.push(item, image),
    };
    this.tables = new Tables({
      now: () => scheduler.now,
      refuse: (text) => calls.refuse(text),
      watch: (name, before, after) => {
        // A replica is another region's table, and its name says so; the catalog's replica has the same name.
        const isOwn = name === 'stock' || name === 'coordination' || (name === 'catalog' && region === home);
        const table = name.endsWith(`-${region}`) ? name.slice(0, -region.length - 1) : name;
        if (!isOwn && table === name) return;
        watch(world, table, before, after);
        written(this, name, before, after);
      },
    });
    this.queue = queue;
    this.sendDocument = dynamoClient(this.tables, own);
    this.sendMessage = queueClient(world);
    this.sendEvents = busClient(world);
    this.functions = startFunctions({
      ...{ scheduler, report, partner: undefined, settings: settingsOf(region, plan.regions) },
      sweeper: { lost: 0, lossUntilMs: 0, everyMs: plan.sweepEveryMs, stuckMs: plan.stuckMs, cancellableMs: 0 },
    });
  }

  /** Nothing of it runs, or answers, any more. */
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

/** As the stacks set them. */
function settingsOf(region: Region, regions: readonly Region[]): Readonly<Record<string, string>> {
  const others = regions.filter((other) => other !== region);
  const named = (table: string) => others.map((other) => `${table}-${other}`).join(',');
  return {
    ...{ ORDERS_TABLE: `orders-${region}`, VIEWS_TABLE: `views-${region}`, OWN_REGION: region, HOME_REGION: home },
    ...{ OTHER_ORDERS_TABLES: named('orders'), OTHER_VIEWS_TABLES: named('views') },
    OTHER_STOCK: others.map((other) => `${other}=stock`).join(','),
  };
}
