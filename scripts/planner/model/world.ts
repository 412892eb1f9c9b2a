import type { TableName } from '../../../stacks/model/services.ts';
import { orderIndexes, tableNames } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Budget, Profile, Shop } from '../profile/schema.ts';
import type { Calibration, MeasuredDurations, StepName, TableWork, Work } from '../types.ts';
import type { Constants } from './assumptions.ts';
import { type DurationModel, type ProcessorTimes, secondsOf } from './durations.ts';
import { Random } from './random.ts';
import { TableCapacity } from './table-capacity.ts';
import { Tracker } from './tracker.ts';
import { UsageCounter } from './usage.ts';

export interface Scenario {
  readonly stage: Stage;
  readonly profile: Profile;
  readonly calibration: Calibration;
  readonly processor: ProcessorTimes;
  readonly measured: MeasuredDurations;
  readonly constants: Constants;
}

interface Capacities {
  readonly read: TableCapacity;
  readonly write: TableCapacity;
  readonly index: TableCapacity;
}

interface Demand {
  units: number;
  refused: number;
}

const kinds = ['read', 'write', 'index'] as const;
type Kind = (typeof kinds)[number];

/** What the parts of one run share: time, tables, counters. */
export class World {
  readonly stage: Stage;
  readonly shop: Shop;
  readonly budget: Budget;
  readonly constants: Constants;
  readonly calibration: Calibration;
  readonly tracker = new Tracker();
  readonly usage = new UsageCounter();
  readonly random: Random;
  now = 0;
  seconds = 1;
  readonly #durations: DurationModel;
  readonly #tables = new Map<TableName, Capacities>();
  readonly #demand = new Map<string, Demand>();

  constructor(scenario: Scenario) {
    const { stage, profile, constants, calibration } = scenario;
    this.stage = stage;
    this.shop = profile.shop;
    this.budget = profile.budget;
    this.constants = constants;
    this.calibration = calibration;
    this.#durations = scenario;
    this.random = new Random(profile.seed);
    for (const table of tableNames) {
      const of = (kind: 'read' | 'write') => new TableCapacity(kind, stage.tables[table], constants);
      this.#tables.set(table, { read: of('read'), write: of('write'), index: of('write') });
    }
  }

  secondsOf(step: StepName, orders = 1, groups = 1): number {
    return secondsOf(step, orders, groups, this.#durations);
  }

  /** Calls the stores for some orders. @returns the share that they serve, 0 to 1 */
  useStores(step: StepName, orders: number, groups = 0): number {
    if (orders <= 0) return 1;
    const { perOrder, perGroup } = this.calibration.steps[step];
    let share = 1;
    for (const table of tableNames) {
      const [one, group] = [perOrder.tables[table], perGroup.tables[table]];
      if (!one && !group) continue;
      const sum = (of: (work: TableWork) => number) => (one ? of(one) * orders : 0) + (group ? of(group) * groups : 0);
      const indexes = table === 'orders' ? orderIndexes.length : 1;
      share = Math.min(
        share,
        this.#take(table, 'read', sum((work) => work.readUnits)),
        this.#take(table, 'write', sum((work) => work.writeUnits)),
        this.#take(table, 'index', sum((work) => work.indexWriteUnits) / indexes),
      );
      this.usage.addTable(table, {
        reads: sum((work) => work.readUnits) * share,
        writes: sum((work) => work.writeUnits + work.indexWriteUnits) * share,
        bytes: sum((work) => work.storedBytes) * share,
      });
    }
    this.#send(perOrder, orders * share);
    this.#send(perGroup, groups * share);
    return share;
  }

  #send({ queues, events }: Work, times: number): void {
    for (const [queue, work] of Object.entries(queues)) this.usage.addQueue(queue, work.messages * times);
    this.usage.busEvents += events.count * times;
  }

  #take(table: TableName, kind: Kind, units: number): number {
    const capacity = this.#tables.get(table)?.[kind];
    if (!capacity || units === 0) return 1;
    const share = capacity.take(units, this.now, this.seconds);
    const key = `tables.${table}.${kind}`;
    const demand = this.#demand.get(key) ?? { units: 0, refused: 0 };
    demand.units += units;
    demand.refused += units * (1 - share);
    this.#demand.set(key, demand);
    return share;
  }

  /** Ends a step of time: what all calls together asked of each table. */
  endStep(): void {
    for (const [key, demand] of this.#demand) {
      const [, table = '', kind = ''] = key.split('.');
      const capacity = this.#tables.get(table as TableName)?.[kind as Kind];
      if (!capacity) continue;
      const { perSecond, reason } = capacity.limit();
      this.tracker.observe(key, this.now, {
        unit: 'units/s',
        demand: demand.units / this.seconds,
        limit: perSecond,
        offered: demand.units,
        refused: demand.refused,
        reason: kind === 'index' ? reason.replace('Table', 'Index') : reason,
      });
      demand.units = 0;
      demand.refused = 0;
    }
    this.usage.addCapacity(this.#tables, this.seconds);
    this.now += this.seconds;
  }
}
