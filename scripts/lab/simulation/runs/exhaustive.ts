import { hash } from 'node:crypto';
import { acceptOrder } from '../../../../functions/intake/place-order.ts';
import { countEvent } from '../../../../functions/projection/count-event.ts';
import { putProduct } from '../../../../functions/stock/put-product.ts';
import { restock } from '../../../../functions/stock/restock.ts';
import { checkInvariants } from '../../../sale/check/invariants.ts';
import type { AcceptedRecord } from '../../../sale/check/snapshot.ts';
import type { Platform, World } from '../platform.ts';
import { loadPlatform } from '../platforms.ts';
import type { Protocol } from '../protocols.ts';
import { traceparent } from '../runtime.ts';
import { settleBatch } from '../workers.ts';
import type { Call, CallMaker } from '../world/calls.ts';
import { newMessage } from '../world/queue.ts';
import { type Process, Scheduler } from '../world/scheduler.ts';
import { Witness } from '../world/witness.ts';

/** Outcomes of a call that the explorer lets proceed. */
const fates = ['none', 'crash before', 'crash after', 'busy', 'conflict', 'lost'] as const;
type Fate = (typeof fates)[number];

/** Picks the last entry of a batch, and the newest version of an item. */
const pick = 0.9999;

interface Pending {
  readonly process: Process;
  readonly name: string;
  /** Executes the call with this fate: answers, fails, or kills the process. */
  readonly go: (fate: Fate) => void;
}

export interface Exploration {
  /** Runs that reached their end. */
  readonly executions: number;
  readonly states: number;
  /** Runs cut short at a state already explored. */
  readonly repeated: number;
  readonly violations: readonly string[];
}

/**
 * Explores every interleaving of three messages (one of them twice) for a stock of one, with at most one crash and one
 * fault at any step. A step is a call with its answer: events between the two could as well come before or after.
 *
 * Known states are not explored again. That is sound: a state holds all store contents and every answer of each living
 * process. A process depends on its answers alone: no clock, no randomness, no race between answers it awaits together.
 */
export async function explore(protocol: Protocol, onRun: (runs: number) => void = () => {}): Promise<Exploration> {
  const makePlatform = await loadPlatform(protocol);
  const seen = new Set<string>();
  const path: { option: number; readonly options: number }[] = [];
  const found = { executions: 0, repeated: 0, violations: [] as string[] };
  do {
    const game = new Game(makePlatform);
    const violations = await game.play(path, seen);
    if (violations === undefined) found.repeated++;
    else found.executions++;
    found.violations.push(...(violations ?? []));
    onRun(found.executions + found.repeated);
  } while (found.violations.length === 0 && next(path));
  return { ...found, states: seen.size };
}

/** Advances to the next unexplored option. @returns false if none is left */
function next(path: { option: number; readonly options: number }[]): boolean {
  for (let last = path.at(-1); last; last = path.at(-1)) {
    if (++last.option < last.options) return true;
    path.pop();
  }
  return false;
}

class Game implements CallMaker {
  readonly scheduler = new (class extends Scheduler {
    // Immediate, because no process could observe the delay.
    override after(_ms: number, _owner: Process | undefined, run: () => void) {
      run();
      return { cancelled: false };
    }
  })(0);
  readonly #witness = new Witness();
  readonly #platform;
  /** Answers that each living process got, by call number. */
  readonly #answers = new Map<Process, Map<number, string>>();
  readonly #events: unknown[] = [];
  readonly #refused: string[] = [];
  #pending: Pending[] = [];
  #free = true;
  #budget = { crash: 1, fault: 1 };
  #deliveries = 0;

  constructor(makePlatform: (world: World) => Platform) {
    this.#platform = makePlatform({
      calls: this,
      witness: this.#witness,
      enqueue: () => {},
      bury: () => {},
      published: () => {},
      changed: (_item, image) => void this.#events.push(image),
    });
  }

  refuse(text: string): Error {
    this.#refused.push(text);
    return new Error(text);
  }

  make<Answer>(call: Call<Answer>): Promise<Answer> {
    const process = this.scheduler.current;
    const number = process ? process.calls++ : 0;
    return new Promise((resolve, reject) => {
      const answer = (outcome: Answer | Error) => {
        if (outcome instanceof Error) {
          this.#remember(process, number, `${outcome.name} ${JSON.stringify(outcome)}`);
          reject(outcome);
        } else {
          this.#remember(process, number, JSON.stringify(outcome) ?? '');
          resolve(outcome);
        }
      };
      const go = (fate: Fate) => {
        if (fate === 'crash before') return this.#crash(process);
        if (fate === 'busy') return answer(call.busy(pick));
        call.execute(
          (outcome) => {
            if (fate === 'crash after') this.#crash(process);
            else answer(fate === 'lost' ? call.lost() : outcome);
          },
          { conflict: fate === 'conflict', pick },
        );
      };
      if (this.#free || !process) go('none');
      else this.#pending.push({ process, name: call.name, go });
    });
  }

  /** @returns the violations at the end; undefined when the path reached a known state */
  async play(path: { option: number; readonly options: number }[], seen: Set<string>): Promise<string[] | undefined> {
    const accepted = await this.#prepare();
    const orderIds = accepted.map(({ orderId }) => orderId);
    this.#free = false;
    for (const orderId of [...orderIds, orderIds[0] ?? '']) {
      this.#deliver(orderId);
      // The current process is known only while no other runs.
      await whenIdle();
    }
    for (let depth = 0; ; depth++) {
      await whenIdle();
      if (this.#pending.length === 0) return this.#verdict(accepted);
      const choices = this.#pending.flatMap((pending) => this.#possibleFates().map((fate) => ({ pending, fate })));
      if (depth === path.length) {
        const state = this.#state();
        if (seen.has(state)) return undefined;
        seen.add(state);
        path.push({ option: 0, options: choices.length });
      }
      const choice = choices[path[depth]?.option ?? 0];
      if (choice) this.#take(choice.pending, choice.fate);
    }
  }

  #possibleFates(): readonly Fate[] {
    const { crash, fault } = this.#budget;
    return fates.filter((fate) => fate === 'none' || (fate.startsWith('crash') ? crash > 0 : fault > 0));
  }

  #take(pending: Pending, fate: Fate): void {
    if (fate.startsWith('crash')) this.#budget.crash--;
    else if (fate !== 'none') this.#budget.fault--;
    this.#pending = this.#pending.filter((one) => one !== pending);
    this.scheduler.current = pending.process;
    pending.go(fate);
  }

  async #prepare(): Promise<AcceptedRecord[]> {
    const ports = { ...this.#platform.ports, ...fixedRuntime };
    const body = { name: 'lamp', unitPrice: 1_999, currency: 'EUR' as const, peakOrdersPerSecond: 200 };
    await putProduct('lamp', body, undefined, ports);
    await restock({ sku: 'lamp', key: 'first-supply', quantity: 1 }, ports);
    const key = 'key-00000001';
    const place = async (customer: string) => ({
      ...(await acceptOrder({ customer, idempotencyKey: key, sku: 'lamp', quantity: 1, traceparent }, ports)),
      ...{ customer, key },
    });
    return [await place('ada'), await place('bob')];
  }

  /** Delivers the message, and redelivers it when its function dies or fails. */
  #deliver(orderId: string): void {
    const process = this.scheduler.process(`${orderId} ${this.#deliveries++}`);
    const message = newMessage(orderId, JSON.stringify({ v: 1, orderId, traceparent }));
    process.onDeath = () => this.#deliver(orderId);
    this.#answers.set(process, new Map());
    this.scheduler.current = process;
    void settleBatch([message], this.#platform, fixedRuntime).then((failed) => {
      this.#answers.delete(process);
      if (process.alive && failed.size > 0) this.#deliver(orderId);
    });
  }

  #crash(process: Process | undefined): void {
    if (!process) return;
    this.#answers.delete(process);
    this.#pending = this.#pending.filter((one) => one.process !== process);
    this.scheduler.kill(process);
  }

  #remember(process: Process | undefined, call: number, answer: string): void {
    if (process) this.#answers.get(process)?.set(call, answer);
  }

  // Dead and finished processes can no longer act. The others count by message, not by delivery number.
  #state(): string {
    const nameOf = (process: Process) => process.name.split(' ')[0];
    const living = [...this.#answers].map(
      ([process, answers]) => `${nameOf(process)} ${[...answers].sort(([a], [b]) => a - b).join()}`,
    );
    const waiting = this.#pending.map(({ process, name }) => `${nameOf(process)} ${name}`).sort();
    const parts = [this.#platform.dump(), living.sort(), waiting, this.#budget, [...this.#witness.lowest]];
    return hash('sha1', JSON.stringify(parts));
  }

  async #verdict(accepted: readonly AcceptedRecord[]): Promise<string[]> {
    this.#free = true;
    const ports = { ...this.#platform.ports, ...fixedRuntime };
    for (const image of this.#events) {
      const event = this.#platform.eventOf(image);
      if (event) await countEvent(event, ports);
    }
    await this.#platform.sweep?.('lamp', (event) => countEvent(event, ports));
    const snapshot = {
      ...this.#platform.snapshot(),
      deadLetters: [],
      lowest: this.#witness.lowest,
      highest: this.#witness.highest,
    };
    const verdicts = checkInvariants(
      snapshot,
      { accepted, foreignAttempts: 0, foreignAnswers: [] },
      { unlistedBySweeps: true },
    );
    const broken = verdicts.flatMap(({ id, violations }) => violations.map((text) => `${id}: ${text}`));
    return [...broken, ...this.#refused.map((text) => `limit: ${text}`)];
  }
}

const fixedRuntime = {
  clock: { now: () => '2026-11-27T09:00:00.000Z' },
  meter: { count: () => {} },
  pause: async () => {},
};

/** Waits until no promise can proceed. */
function whenIdle(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
