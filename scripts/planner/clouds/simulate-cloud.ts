import { ordersAtOnce } from '../../../functions/fulfilment/limits.ts';
import type { Outage } from '../model/faults.ts';
import { arrivalsOf, FlowRecorder, toSteps } from '../model/flow.ts';
import { PartnerBreaker } from '../model/partner-breaker.ts';
import { Delay } from '../model/queues/delay.ts';
import { type Hops, longestTail, type RunResult } from '../model/simulate.ts';
import { Sweeps } from '../model/sweeps.ts';
import type { Scenario } from '../model/world.ts';
import { peakOf, type Run } from '../profile/load.ts';
import { CloudApi } from './cloud-api.ts';
import type { Elsewhere } from './cloud-model.ts';
import { CloudSettlement } from './cloud-settlement.ts';
import { CloudWorld } from './cloud-world.ts';
import type { Work } from './instances.ts';
import { WorkerQueue } from './worker-queue.ts';

/** Simulates one run of a profile on another cloud, and continues until its orders are done. */
export function simulateCloud(
  scenario: Scenario,
  elsewhere: Elsewhere,
  run: Run,
  outages: readonly Outage[],
): RunResult {
  return new CloudSimulation(scenario, elsewhere, run, outages).run();
}

/** A postponement is as long as the order's previous wait, at most a minute. On average it is half of that. */
const averagePostpone = 30;

class CloudSimulation {
  readonly #run: Run;
  readonly #world: CloudWorld;
  readonly #api: CloudApi;
  readonly #settlement: CloudSettlement;
  readonly #projection: WorkerQueue;
  readonly #fulfilment: WorkerQueue;
  readonly #partner: PartnerBreaker;
  readonly #held = new Delay();
  readonly #sweeps: Sweeps;
  readonly #recorder: FlowRecorder;
  readonly #steps: ReturnType<typeof toSteps>;
  #step = 0;
  #wanted = 0;
  #lastFulfilled = 0;

  constructor(scenario: Scenario, elsewhere: Elsewhere, run: Run, outages: readonly Outage[]) {
    const peak = peakOf(run.segments);
    const world = new CloudWorld(scenario, elsewhere, peak);
    this.#run = run;
    this.#world = world;
    this.#sweeps = new Sweeps(world.stage);
    this.#api = new CloudApi(world, peak);
    this.#settlement = new CloudSettlement(world);
    this.#projection = new WorkerQueue('projection', world.rules);
    this.#fulfilment = new WorkerQueue('fulfilment', world.rules);
    this.#partner = new PartnerBreaker(world.stage, outages, world.constants.failedCallSeconds);
    this.#recorder = new FlowRecorder(run, world.tracker);
    this.#steps = toSteps(run);
  }

  run(): RunResult {
    const { seconds, isSale } = this.#run;
    const world = this.#world;
    const open = () => this.#held.pending + this.#fulfilment.backlog;
    const isDone = () => this.#settlement.backlog < 0.5 && open() < Math.max(0.5, this.#wanted / 1_000);
    while (world.now < seconds - 1e-9) this.#advance();
    if (isSale) while (world.now < seconds + longestTail && !isDone()) this.#advance();
    world.usage.seconds = world.now;
    world.count('cdn.requests', world.usage.cdnRequests);
    world.count('cdn.bytes', world.usage.cdnBytes);
    return {
      ...{ run: this.#run, tracker: world.tracker, usage: world.usage, wanted: this.#wanted, hops: this.#hops() },
      ...{ series: this.#recorder.series, flow: this.#recorder.flow, busiest: { asked: 0, seconds: 0 } },
    };
  }

  #advance(): void {
    const world = this.#world;
    const step = this.#steps[this.#step];
    world.seconds = step ? Math.min(step.seconds, Math.max(1e-3, step.until - world.now)) : 1;
    world.meters.begin(world.seconds);
    const arriving = arrivalsOf(this.#run, world.now, world.seconds, world.random);
    this.#wanted += arriving;
    const { orders, messages, cancelled } = this.#api.step(arriving);
    const settled = this.#settlement.step(messages, orders);
    const left = settled.confirmed - Math.min(settled.confirmed, cancelled);
    this.#project(settled.confirmed + settled.rejected + Math.min(settled.confirmed, cancelled));
    const { stage, rules } = world;
    this.#held.add(world.now + stage.fulfilment.cancellableSeconds + rules.postponedSeconds, left);
    const { due, fulfilled } = this.#fulfil();
    this.#lastFulfilled = fulfilled;
    this.#sweep();
    this.#observeMemory();
    world.endStep();
    this.#recorder.record(world.now, world.seconds, { accepted: orders, ...settled, due, fulfilled }, () => ({
      ...{ queue: this.#settlement.backlog, fulfilmentQueue: this.#fulfilment.backlog },
      ...{
        environments: this.#instances(),
        coldShare: this.#api.coldShare,
        workerColdShare: this.#settlement.coldShare,
      },
    }));
    if (step && world.now >= step.until - 1e-6) this.#step++;
  }

  #project(events: number): void {
    const taken = this.#work(
      this.#projection,
      events + 2 * this.#lastFulfilled,
      this.#world.workOf('project'),
      undefined,
    );
    this.#world.meters.use('project', taken);
  }

  #fulfil(): { due: number; fulfilled: number } {
    const { now, stage, budget, meters, constants } = this.#world;
    const due = this.#held.take(now);
    const gate = due + this.#fulfilment.backlog > 0 ? this.#partner.pass(now) : 'open to calls';
    const work = this.#world.workOf(gate === 'refuses' ? 'fulfilUnanswered' : 'fulfil');
    const each = gate === 'fails' ? { ...work, seconds: constants.failedCallSeconds } : work;
    const { p99FulfilSeconds: limit } = budget;
    const late = limit === undefined ? undefined : limit - stage.fulfilment.cancellableSeconds;
    const taken = this.#work(this.#fulfilment, due, each, late);
    const share = meters.use(gate === 'open to calls' ? 'fulfil' : 'fulfilUnanswered', taken);
    const fulfilled = gate === 'open to calls' ? taken * share : 0;
    this.#held.add(now + averagePostpone, taken - fulfilled);
    return { due, fulfilled };
  }

  #work(
    worker: WorkerQueue,
    arrived: number,
    each: Omit<Work, 'invocations'>,
    lateSeconds: number | undefined,
  ): number {
    const { now, seconds, tracker, constants } = this.#world;
    const taken = worker.step(arrived, each, { now, seconds, tracker, lateSeconds });
    this.#world.bill(worker.service, worker.instances, { invocations: taken, ...each });
    this.#world.count('log.bytes', taken * constants.invocationLogBytes);
    return taken;
  }

  #sweep(): void {
    const { now, seconds: step, meters } = this.#world;
    meters.use('sweep', this.#sweeps.readIn(step));
    const open = this.#settlement.backlog + this.#held.pending + this.#fulfilment.backlog;
    const again = this.#sweeps.begin(now, this.#settlement, this.#recorder.flow.accepted, open);
    if (again === undefined) return;
    meters.use('sweep', 0, 1);
    this.#settlement.resend(again);
    const { seconds } = this.#world.workOf('sweep');
    this.#world.count('active.sweeper', Math.max(this.#world.rules.billedSeconds, seconds));
    this.#world.count('invocations.sweeper', 1);
  }

  #all() {
    const { catalog, intake } = this.#api.instances;
    return [catalog, intake, this.#settlement.instances, this.#projection.instances, this.#fulfilment.instances];
  }

  #instances(): number {
    return this.#all().reduce((sum, { count }) => sum + Math.max(0, count), 0);
  }

  #observeMemory(): void {
    const { rules, tracker, now, seconds } = this.#world;
    if (rules.memoryQuotaMb === null) return;
    const demand = this.#all().reduce((sum, { count, rule }) => sum + Math.max(0, count) * rule.memoryMb, 0);
    tracker.observe('account.memory', now, {
      ...{ unit: 'MB', demand, limit: rules.memoryQuotaMb, offered: 0, refused: 0, seconds },
      ...{ reason: 'regional memory quota', broken: demand > rules.memoryQuotaMb },
    });
  }

  #hops(): Hops {
    const { constants: c, rules, seed, seconds } = this.#world;
    return {
      ...{ seed, stepSeconds: seconds, networkSeconds: c.edgeSeconds + c.originSeconds },
      placeSeconds: this.#world.workOf('placeOrder').seconds,
      fulfilSeconds: this.#world.workOf('fulfil').seconds / ordersAtOnce + c.partnerSeconds,
      ...{ pollSeconds: rules.pollSeconds, redeliverSeconds: rules.redeliverSeconds },
      servers: rules.services.settlement.maxInstances * rules.services.settlement.atOnce,
      spread: c.durationSpread,
      drawColdStart: (random) => rules.coldSeconds * random.spread(c.durationSpread),
    };
  }
}
