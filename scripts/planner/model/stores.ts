import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { indexesOf } from '../../../stacks/model/table-shapes.ts';
import { type Calibration, type StepName, stepNames, type Work } from '../types.ts';
import type { Constants } from './assumptions.ts';
import { TableCapacity } from './table-capacity.ts';
import type { Tracker } from './tracker.ts';
import type { UsageCounter } from './usage.ts';

const kinds = ['read', 'write', 'index'] as const;
type Kind = (typeof kinds)[number];

/** Reads, writes or index writes of one table in one time step. */
interface Meter {
  readonly id: string;
  readonly kind: Kind;
  readonly capacity: TableCapacity;
  asked: number;
  refused: number;
}

/** Units that one order and one group of a step take from a meter. */
interface Take {
  readonly meter: Meter;
  readonly perOrder: number;
  readonly perGroup: number;
}

interface Compiled {
  readonly takes: readonly Take[];
  readonly usage: readonly { readonly table: TableName; readonly perOrder: Units; readonly perGroup: Units }[];
  readonly queues: readonly { readonly queue: string; readonly perOrder: number; readonly perGroup: number }[];
  readonly eventsPerOrder: number;
}

interface Units {
  readonly reads: number;
  readonly writes: number;
  readonly bytes: number;
}

/** A stage's tables with their billing mode, and the units that each step takes from them. */
export class Stores {
  readonly #meters: readonly Meter[];
  readonly #steps: Readonly<Record<StepName, Compiled>>;
  readonly #usage: UsageCounter;

  constructor(stage: Stage, calibration: Calibration, constants: Constants, usage: UsageCounter) {
    this.#usage = usage;
    this.#meters = tableNames.flatMap((table) =>
      kinds.map((kind) => ({
        id: `tables.${table}.${kind}`,
        kind,
        capacity: new TableCapacity(kind === 'read' ? 'read' : 'write', stage.tables[table], constants),
        asked: 0,
        refused: 0,
      })),
    );
    const compiled = stepNames.map((step) => [step, compile(step, calibration, this.#meters)]);
    this.#steps = Object.fromEntries(compiled) as Record<StepName, Compiled>;
  }

  /** @returns the share of the orders that all tables serve, 0 to 1 */
  use(step: StepName, orders: number, groups: number, now: number, seconds: number): number {
    if (orders <= 0) return 1;
    const { takes, usage, queues, eventsPerOrder } = this.#steps[step];
    let share = 1;
    for (const { meter, perOrder, perGroup } of takes) {
      const units = perOrder * orders + perGroup * groups;
      if (units <= 0) continue;
      const granted = meter.capacity.take(units, now, seconds);
      meter.asked += units;
      meter.refused += units * (1 - granted);
      if (granted < share) share = granted;
    }
    const [done, doneGroups] = [orders * share, groups * share];
    for (const { table, perOrder, perGroup } of usage)
      this.#usage.addTable(
        table,
        perOrder.reads * done + perGroup.reads * doneGroups,
        perOrder.writes * done + perGroup.writes * doneGroups,
        perOrder.bytes * done + perGroup.bytes * doneGroups,
      );
    for (const { queue, perOrder, perGroup } of queues)
      this.#usage.addQueue(queue, perOrder * done + perGroup * doneGroups);
    this.#usage.busEvents += eventsPerOrder * done;
    return share;
  }

  /** Reports the units that all calls of a time step together asked of each table. */
  endStep(tracker: Tracker, now: number, seconds: number): void {
    for (const meter of this.#meters) {
      if (meter.asked === 0) continue;
      const { perSecond, reason } = meter.capacity.limit();
      tracker.observe(meter.id, now, {
        unit: 'units/s',
        demand: meter.asked / seconds,
        limit: perSecond,
        offered: meter.asked,
        refused: meter.refused,
        reason: meter.kind === 'index' ? reason.replace('Table', 'Index') : reason,
        seconds,
      });
      meter.asked = 0;
      meter.refused = 0;
    }
  }

  /** Provisioned capacity held, in unit-seconds. */
  addHeld(seconds: number): void {
    for (const [index, table] of tableNames.entries()) {
      const [read, write] = [this.#meters[index * kinds.length], this.#meters[index * kinds.length + 1]];
      if (read && write && read.capacity.held + write.capacity.held > 0)
        this.#usage.addHeld(table, read.capacity.held * seconds, write.capacity.held * seconds);
    }
  }
}

function compile(step: StepName, { steps }: Calibration, meters: readonly Meter[]): Compiled {
  const { perOrder, perGroup } = steps[step];
  const takes = meters.flatMap((meter) => {
    const [, table = ''] = meter.id.split('.');
    const of = (work: Work) => unitsOf(work, table as TableName, meter.kind);
    const take = { meter, perOrder: of(perOrder), perGroup: of(perGroup) };
    return take.perOrder + take.perGroup > 0 ? [take] : [];
  });
  const usage = tableNames.flatMap((table) =>
    perOrder.tables[table] || perGroup.tables[table]
      ? [{ table, perOrder: billed(perOrder, table), perGroup: billed(perGroup, table) }]
      : [],
  );
  const names = [...new Set([...Object.keys(perOrder.queues), ...Object.keys(perGroup.queues)])];
  const messages = (work: Work, name: string) =>
    Object.entries(work.queues).find(([queue]) => queue === name)?.[1].messages ?? 0;
  const queues = names.map((queue) => ({
    ...{ queue, perOrder: messages(perOrder, queue), perGroup: messages(perGroup, queue) },
  }));
  return { takes, usage, queues, eventsPerOrder: perOrder.events.count };
}

function unitsOf({ tables }: Work, table: TableName, kind: Kind): number {
  const work = tables[table];
  if (!work) return 0;
  if (kind === 'read') return work.readUnits;
  if (kind === 'write') return work.writeUnits;
  // Each index has the throughput of its table.
  return work.indexWriteUnits / Math.max(1, indexesOf(table).length);
}

function billed({ tables }: Work, table: TableName): Units {
  const work = tables[table];
  return {
    reads: work?.readUnits ?? 0,
    writes: (work?.writeUnits ?? 0) + (work?.indexWriteUnits ?? 0),
    bytes: work?.storedBytes ?? 0,
  };
}
