import {
  type BreakerRecord,
  type BreakerSettings,
  closed,
  countCall,
  emptyWindow,
  exceedsThreshold,
  judge,
  type KnownBreaker,
  opened,
  probing,
} from '../domain/breaker.ts';
import type { BreakerStore } from '../ports/breaker.ts';
import type { Clock, Meter } from '../ports/runtime.ts';

/** The call was not made, because the callee counts as down. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen';
  readonly retryAfterMs: number;

  constructor(breaker: string, retryAfterMs: number) {
    super(`the breaker '${breaker}' is open; retry after ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CircuitBreakerOptions {
  readonly name: string;
  readonly store: BreakerStore;
  readonly settings: BreakerSettings;
  readonly clock: Clock;
  readonly meter: Meter;
  /** The callee's health as the error shows it. A rejection is an answer, so `up`; undefined when no call was made. */
  readonly says: (error: unknown) => 'up' | 'down' | undefined;
  /** Milliseconds until the callee wants the next call: no probe comes earlier. @default never */
  readonly asks?: (error: unknown) => number;
  /** Called only in the environment that made the transition. */
  readonly onTransition: (from: BreakerRecord['state'], to: BreakerRecord['state']) => void;
  /** Called when the shared state cannot be read or written; calls then pass. */
  readonly onStoreFailure: (error: unknown) => void;
}

export type Guard = <Result>(call: () => Promise<Result>) => Promise<Result>;

/**
 * One environment's side of a shared breaker. While calls succeed it writes nothing, and reads at most once per
 * `refreshMs`. If its store fails, all calls pass and the failure is reported: a breaker must not cause an outage.
 *
 * The guard throws {@link CircuitOpen} when the call was not made, otherwise whatever the call throws.
 */
export function circuitBreaker(options: CircuitBreakerOptions): Guard {
  const { name, settings, meter, says } = options;
  const shared = new SharedState(options);
  const nowMs = () => Date.parse(options.clock.now());
  let window = emptyWindow;

  async function pass<Result>(breaker: KnownBreaker, call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await call();
      window = countCall(window, false, nowMs(), settings);
      return result;
    } catch (error) {
      const said = says(error);
      if (said) window = countCall(window, said === 'down', nowMs(), settings);
      if (exceedsThreshold(window, settings)) {
        window = emptyWindow;
        await shared.move(breaker, opened(breaker, nowMs(), openFor(error, options)));
      }
      throw error;
    }
  }

  return async function guard(call) {
    const breaker = await shared.current();
    const verdict = judge(breaker, nowMs());
    if (verdict === 'pass') return pass(breaker, call);
    if (verdict === 'elect a probe') {
      const mine = probing(breaker, nowMs(), settings);
      const election = await shared.move(breaker, mine);
      if (election === 'made') return probe(mine, call, shared, options);
      if (election === 'failed') return pass(undefined, call);
    }
    meter.count('BreakerRefused');
    throw new CircuitOpen(name, Math.max(0, (breaker?.until ?? 0) - nowMs()));
  };
}

async function probe<Result>(
  mine: BreakerRecord,
  call: () => Promise<Result>,
  shared: SharedState,
  options: CircuitBreakerOptions,
): Promise<Result> {
  const { clock, meter, says } = options;
  meter.count('BreakerProbes');
  let said: ReturnType<typeof says> = 'up';
  let open: Pick<BreakerSettings, 'openMs'> = options.settings;
  try {
    return await call();
  } catch (error) {
    said = says(error);
    open = openFor(error, options);
    throw error;
  } finally {
    // A late report changes nothing: a new probe has changed the version. Without a call there is nothing to report.
    if (said) {
      const after = said === 'up' ? closed(mine) : opened(mine, Date.parse(clock.now()), open);
      await shared.move(mine, after);
    }
  }
}

const openFor = (error: unknown, { settings, asks = () => 0 }: CircuitBreakerOptions) => ({
  openMs: Math.max(settings.openMs, asks(error)),
});

/** One environment's cached copy of the shared state. */
class SharedState {
  readonly #options: CircuitBreakerOptions;
  #known: KnownBreaker;
  #goodUntil = -Infinity;
  #reading: Promise<KnownBreaker> | undefined;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** The state, at most `refreshMs` old; concurrent callers share one read. */
  async current(): Promise<KnownBreaker> {
    if (this.#nowMs() < this.#goodUntil) return this.#known;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** `lost`: another environment made a transition first. `failed`: the store did not answer. */
  async move(before: KnownBreaker, after: BreakerRecord): Promise<'made' | 'lost' | 'failed'> {
    const { name, store, settings, meter, onTransition } = this.#options;
    try {
      if (!(await store.replace(name, before, after))) {
        this.#goodUntil = -Infinity;
        return 'lost';
      }
    } catch (error) {
      this.#onStoreFailure(error);
      return 'failed';
    }
    this.#remember(after, this.#nowMs() + settings.refreshMs);
    if (after.state !== 'PROBING') meter.count(after.state === 'OPEN' ? 'BreakerOpened' : 'BreakerClosed');
    onTransition(before?.state ?? 'CLOSED', after.state);
    return 'made';
  }

  async #read(): Promise<KnownBreaker> {
    const { name, store, settings } = this.#options;
    // The state may be as old as the start of the read.
    const until = this.#nowMs() + settings.refreshMs;
    try {
      return this.#remember(await store.read(name), until);
    } catch (error) {
      this.#onStoreFailure(error);
      return undefined;
    } finally {
      this.#reading = undefined;
    }
  }

  #remember(breaker: KnownBreaker, until: number): KnownBreaker {
    this.#known = breaker;
    this.#goodUntil = until;
    return breaker;
  }

  /** Leaves a failing store alone for `openMs`, since every call would wait for it. */
  #onStoreFailure(error: unknown): void {
    this.#options.meter.count('BreakerStoreFailures');
    this.#options.onStoreFailure(error);
    this.#remember(undefined, this.#nowMs() + this.#options.settings.openMs);
  }

  #nowMs(): number {
    return Date.parse(this.#options.clock.now());
  }
}
