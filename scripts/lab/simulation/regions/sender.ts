import type { HttpResult } from '../../../../functions/contracts/http-event.ts';
import { type Request, toEvent, traceparentOf } from '../clients/requests.ts';
import type { Scheduler } from '../world/scheduler.ts';
import type { Cell } from './cell.ts';
import { pick, type Region } from './plan.ts';

const patienceMs = 15_000;
const pauses = { firstMs: 500, longestMs: 20_000 };
const mostAttempts = 60;
/** Share of customers that try another region after a failure; all do if theirs is lost. */
const restless = 0.3;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly region: Region;
  /** Time of the last attempt, in simulated milliseconds. */
  readonly askedMs: number;
}

export interface Errand {
  readonly name: string;
  readonly request: Request;
  /** Region of the first attempt. */
  readonly region: Region;
  readonly onAnswer: (answer: Answer) => void;
  /** Called before each attempt. */
  readonly onSend?: (region: Region) => void;
}

interface Parts {
  readonly scheduler: Scheduler;
  readonly cells: ReadonlyMap<Region, Cell>;
  readonly report: (invariant: string, text: string) => void;
}

/** Retries each request until it is answered, possibly by another region. */
export class Sender {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  send(errand: Errand, waitMs: number, attempt = 0): void {
    const { scheduler } = this.#parts;
    const draw = scheduler.draw(`${errand.name}/${attempt} goes to`);
    scheduler.after(waitMs, undefined, () => {
      const region = this.#choose(errand, attempt, draw);
      if (region !== undefined) this.#ask({ ...errand, region }, attempt);
    });
  }

  #ask(errand: Errand, attempt: number): void {
    const { scheduler, cells } = this.#parts;
    const { name, request, region, onAnswer, onSend } = errand;
    const process = scheduler.process(`${region}:${name}/${attempt}`);
    const askedMs = scheduler.now;
    let over = false;
    const again = () => {
      if (!over) this.#again(errand, attempt);
      over = true;
    };
    process.onDeath = again;
    const patience = scheduler.after(patienceMs, undefined, again);
    const answered = ({ statusCode: status, body: text }: HttpResult) => {
      // Work that the function did not await is lost.
      process.alive = false;
      const body = text && JSON.parse(text);
      const isNoAnswer = status >= 500 && body?.code !== 'OWNED_BY_OTHER_REGION';
      if (over || isNoAnswer || cells.get(region)?.isLost) return again();
      over = true;
      patience.cancelled = true;
      onAnswer({ status, body, region, askedMs });
    };
    scheduler.after(0, process, () => {
      onSend?.(region);
      const event = toEvent(request, traceparentOf(name, attempt));
      cells.get(region)?.functions.call(request.service, event).then(answered, again);
    });
  }

  #again(errand: Errand, attempt: number): void {
    if (attempt + 1 === mostAttempts) this.#parts.report('unanswered', `${errand.name} got no answer`);
    else this.send(errand, Math.min(pauses.longestMs, pauses.firstMs * 2 ** attempt), attempt + 1);
  }

  /** Chooses an attempt's region; undefined if the only region that may answer is lost. */
  #choose({ region, request }: Errand, attempt: number, draw: () => number): Region | undefined {
    const isLost = this.#parts.cells.get(region)?.isLost;
    // Only the home region changes products, and each region has its own views.
    if (request.service !== 'intake') return isLost ? undefined : region;
    const living = [...this.#parts.cells.values()].filter((cell) => !cell.isLost).map((cell) => cell.region);
    return isLost || (attempt > 0 && draw() < restless) ? pick(living, draw) : region;
  }
}
