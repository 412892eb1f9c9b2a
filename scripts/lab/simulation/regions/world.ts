import { documents } from '../../../../functions/adapters/aws/clients/dynamodb-client.ts';
import { eventBridge } from '../../../../functions/adapters/aws/clients/eventbridge-client.ts';
import { sqs } from '../../../../functions/adapters/aws/clients/sqs-client.ts';
import type { Item } from '../../../dynamodb/expressions.ts';
import { dynamoClient } from '../dynamodb/client.ts';
import { Calls } from '../world/calls.ts';
import type { Violation } from '../world/outcome.ts';
import { type Process, Scheduler } from '../world/scheduler.ts';
import { Cell } from './cell.ts';
import { callsTo, Links } from './links.ts';
import type { Region, RegionsPlan } from './plan.ts';
import { Replicator } from './replicator.ts';
import { KnownRows } from './rows.ts';
import { type ClientSettings, routeOtherRegions } from './sdk.ts';
import { Units } from './units.ts';

/** Longer than the rest after an unanswered call, plus a batch. */
const calmMs = 20_000;
/** Longer than the rest after a borrow request without units, plus a batch without faults. */
const surelyMs = 6_000;

/** All regions and their connections. */
export class RegionsWorld {
  readonly scheduler: Scheduler;
  readonly calls: Calls;
  readonly links: Links;
  readonly units: Units;
  readonly rows: KnownRows;
  readonly replicator: Replicator;
  readonly cells = new Map<Region, Cell>();
  readonly violations: Violation[] = [];
  /** Sold-out rejections, and those judged because another region was surely reachable. */
  readonly soldOut = { all: 0, judged: 0 };

  constructor(plan: RegionsPlan, trace: boolean) {
    const { seed, rightClocks, regions } = plan;
    const scheduler = new Scheduler(seed, { trace, rightClocks, stepLimit: 400_000 });
    const isLost = (region: Region) => this.cells.get(region)?.isLost === true;
    this.scheduler = scheduler;
    this.calls = new Calls(scheduler, plan.faults);
    this.links = new Links({ scheduler, plan, isLost });
    this.units = new Units(() => scheduler.now, this.report);
    this.rows = new KnownRows(() => scheduler.now);
    const store: Replicator['store'] = (...row) => this.#replicate(...row);
    this.replicator = new Replicator({ ...{ scheduler, links: this.links, isLost, regions, store } });
    for (const region of regions) {
      const written: Cell['written'] = (...change) => this.#written(region, ...change);
      this.cells.set(region, new Cell({ ...{ region, plan, report: this.report, calls: this.calls, written } }));
    }
    this.#connect();
  }

  readonly report = (invariant: string, text: string): void => void this.violations.push({ invariant, text });

  get living(): Cell[] {
    return [...this.cells.values()].filter(({ isLost }) => !isLost);
  }

  /** Connects each process to its own region's clients, and each client of another region to that region's tables. */
  #connect(): void {
    const own = () => this.#cellOf(this.scheduler.current);
    Object.assign(documents, { send: (command: never) => own().sendDocument(command) });
    Object.assign(sqs, { send: (command: never) => own().sendMessage(command) });
    Object.assign(eventBridge, { send: (command: never) => own().sendEvents(command) });
    const clients = new Map<string, ReturnType<typeof dynamoClient>>();
    routeOtherRegions((settings: ClientSettings, command) => {
      const [{ region: from }, to] = [own(), this.cells.get(settings.region as Region)];
      if (!to) throw new Error(`no region is called ${settings.region}`);
      const name = `${from} ${to.region}`;
      const calls = callsTo(this.calls, this.links, { from, to: to.region }, settings);
      const client = clients.get(name) ?? dynamoClient(to.tables, calls);
      clients.set(name, client);
      return client(command);
    });
  }

  #cellOf(process: Process | undefined): Cell {
    const cell = this.cells.get(process?.name.split(':')[0] as Region);
    if (!cell) throw new Error(`process ${process?.name} runs in no region`);
    return cell;
  }

  #written(region: Region, table: string, before: Item | undefined, after: Item): void {
    this.units.written(region, table, before, after);
    if (table.startsWith('orders-')) this.rows.stored(region, region, after);
    if (before?.state === 'PENDING' && after.state === 'REJECTED') this.#judgeRejection(region, after);
    if (table !== 'stock' && table !== 'coordination') this.replicator.written(region, table, after);
  }

  #replicate(to: Region, from: Region, table: string, row: Item): void {
    this.cells.get(to)?.tables.replicate(table, row);
    if (table.startsWith('orders-')) this.rows.stored(to, from, row);
  }

  /**
   * A sold-out rejection is wrong if another region surely had units: no faults and no cut for longer than a rest, and
   * at least one unit at every instant of the last seconds.
   */
  #judgeRejection(region: Region, { orderId, sku, reason }: Item): void {
    if (reason === 'LIMIT_REACHED') return;
    this.soldOut.all++;
    const { now } = this.scheduler;
    if (this.calls.lastFaultMs >= now - calmMs) return;
    const others = [...this.cells.keys()].filter((other) => other !== region);
    const reached = others.filter((other) => this.links.wereCalm(region, other, now - calmMs));
    if (reached.length > 0) this.soldOut.judged++;
    for (const other of reached) {
      const least = this.units.leastSince(other, String(sku), now - surelyMs);
      if (least > 0)
        this.report('borrow', `${region} rejected ${orderId}; ${other} had ${least} ${sku} for ${surelyMs} ms`);
    }
  }
}
