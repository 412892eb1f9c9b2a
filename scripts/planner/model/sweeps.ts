import { findTurn, isSweepDue, type Span } from '../../../functions/domain/open-order.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { Curve } from './queues/fifo.ts';

/** Orders that the sweeper reads per second, page after page. */
const sweptPerSecond = 2_000;
/** Number of age classes of a backlog. */
const ages = 20;
/** Seconds of acceptance whose orders are taken together. */
const slot = 60;

interface WaitingQueue {
  readonly backlog: number;
  readonly waitSeconds: number;
}

/** The sweeper on its timer. */
export class Sweeps {
  readonly #everySeconds: number;
  readonly #stuckMs: number;
  #last = 0;
  #toRead = 0;

  constructor({ sweeper }: Stage) {
    this.#everySeconds = sweeper.everyMinutes * 60;
    this.#stuckMs = sweeper.stuckMinutes * 60_000;
  }

  /** Spreads the reads of a sweep over the following seconds. @returns the orders read in a time step */
  readIn(seconds: number): number {
    const read = Math.min(this.#toRead, sweptPerSecond * seconds);
    this.#toRead -= read;
    return read;
  }

  /** Begins a sweep when it is due. @returns the messages sent again; undefined between two sweeps */
  begin(now: number, queue: WaitingQueue, accepted: Curve, open: number): number | undefined {
    if (now - this.#last < this.#everySeconds) return undefined;
    const sweep = { fromMs: this.#last * 1_000, toMs: now * 1_000 };
    this.#last = now;
    this.#toRead = countTurns(accepted, open, this.#stuckMs, sweep);
    return countDue(queue, this.#stuckMs, sweep);
  }
}

/** The open orders are those accepted last; only the ones with a turn are read. */
function countTurns(accepted: Curve, open: number, stuckMs: number, sweep: Span): number {
  if (open < 1) return 0;
  let turns = 0;
  for (let from = accepted.timeOf(accepted.total - open); from * 1_000 < sweep.toMs; from += slot) {
    if (findTurn((from + slot / 2) * 1_000, stuckMs, sweep))
      turns += accepted.totalAt(from + slot) - accepted.totalAt(from);
  }
  return turns;
}

/** Orders in the queue have not changed since they were accepted, so they have a turn whenever they are due. */
function countDue({ backlog, waitSeconds }: WaitingQueue, stuckMs: number, sweep: Span): number {
  if (backlog < 1) return 0;
  let due = 0;
  for (let age = 0; age < ages; age++) {
    const since = sweep.toMs - (waitSeconds * 1_000 * (age + 0.5)) / ages;
    if (isSweepDue(since, stuckMs, sweep)) due += backlog / ages;
  }
  return due;
}
