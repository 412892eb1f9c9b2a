import { isDeepStrictEqual } from 'node:util';
import type { Envelope } from '../../../../functions/ports/messaging.ts';
import type { OperatorPlan } from '../plan.ts';
import type { Message } from '../world/queue.ts';
import { Rebuilder } from './rebuilder.ts';
import { hiddenMs, keptOf, type OperatorParts, Redriver } from './redriver.ts';
import { SalesWitness } from './sales.ts';

const lastRounds = 20;

/**
 * Attributes that an agent in the senders' processes adds to each message. Letters and copies keep them byte for byte.
 */
export const agentEnvelope: Envelope = {
  attributes: {
    team: { type: 'String.name', value: 'Kühe & Söhne' },
    weight: { type: 'Number.int', value: '7' },
    baggage: { type: 'Binary.raw', value: Buffer.of(0, 0xff, 0xc3) },
  },
  traceHeader: 'Root=1-67891233-abcdef012345678912345678;Sampled=1',
};

const skus = ['lamp', 'lamp1'];

/** The operator on call: rebuilds the views and redrives dead letters with the real tools during the sale. */
export class Operator {
  readonly sales: SalesWitness;
  readonly #plan: OperatorPlan;
  readonly #parts: OperatorParts;
  readonly #rebuilder: Rebuilder;
  readonly #redriver: Redriver;
  #reads = 0;

  constructor(plan: OperatorPlan, parts: OperatorParts) {
    const { scheduler } = parts.calls;
    this.#plan = plan;
    this.#parts = parts;
    this.sales = new SalesWitness(() => scheduler.now);
    this.#rebuilder = new Rebuilder(scheduler, plan.settleMs, parts.report);
    this.#redriver = new Redriver(parts);
  }

  start(): void {
    const { rebuildsAtMs, redrives, readsAtMs } = this.#plan;
    for (const [index, atMs] of rebuildsAtMs.entries()) this.#rebuilder.start(`rebuild-${index}`, atMs);
    for (const { by, atMs } of redrives) this.#redriver.start(by, atMs);
    for (const atMs of readsAtMs) this.#readStock(atMs);
  }

  /** Called for each row written to the views. After a swap, visitors read the stock within a read's maximum lag. */
  viewed(row: Readonly<Record<string, unknown>>): void {
    if (this.sales.changed(row)) for (const atMs of [0, 300, 1_000, 1_900]) this.#readStock(atMs);
  }

  /** Without faults: redrives until nothing is left to send, then compares the views. */
  async finish(isPoison: (body: string) => boolean): Promise<void> {
    const { calls, queues, report } = this.#parts;
    for (let round = 0; round < lastRounds; round++) {
      const before = this.#redriver.sent;
      for (const by of new Set(this.#plan.redrives.map((one) => one.by))) this.#redriver.start(by, hiddenMs + 1);
      await calls.scheduler.run();
      if (this.#redriver.sent === before) break;
    }
    const left = Object.values(queues()).flatMap(({ dead }) => dead.filter(({ body }) => !isPoison(body)));
    for (const { id } of left) report('redrive', `letter ${id} was left`);
    const changed = Object.values(queues()).flatMap(({ dead }) => dead.filter((letter) => !isAsSent(letter)));
    for (const { id } of changed) report('redrive', `letter ${id} lost what its message had beside the body`);
    this.#rebuilder.compare();
    await calls.scheduler.run();
  }

  counted(): Record<string, number> {
    return { rebuilds: this.#rebuilder.rebuilt, redriven: this.#redriver.sent };
  }

  #readStock(atMs: number): void {
    for (const sku of skus) this.#parts.clients().readStock(sku, `stock-${sku}-${this.#reads++}`, atMs);
  }
}

/** Ignores the worker's reason and the copy mark. */
function isAsSent({ envelope }: Message): boolean {
  return isDeepStrictEqual(keptOf(envelope), keptOf(agentEnvelope));
}
