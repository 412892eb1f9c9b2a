import {
  type BreakerRecord,
  type BreakerSettings,
  closed,
  countCall,
  emptyWindow,
  isTooMuch,
  judge,
  type KnownBreaker,
  opened,
  probing,
} from '../domain/breaker.ts';
import type { BreakerStore } from '../ports/breaker.ts';
import type { Clock, Meter } from '../ports/runtime.ts';

/** The call was not made: whoever is called is taken for down. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen';
  readonly retryAfterMs: number;

  constructor(breaker: string, retryAfterMs: number) {
    super(`${breaker} is taken for down for another ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface BreakerParts {
  readonly name: string;
  readonly store: BreakerStore;
  readonly settings: BreakerSettings;
  readonly clock: Clock;
  readonly meter: Meter;
  /** What an error says of the other side: a refusal is an answer, and so says `up`; undefined when nobody was asked. */
  readonly says: (error: unknown) => 'up' | 'down' | undefined;
  /** In the environment that made the transition, and only there. */
  readonly onTransition: (from: BreakerRecord['state'], to: BreakerRecord['state']) => void;
  /** The shared state cannot be read or written: calls pass. */
  readonly onStoreFailure: (error: unknown) => void;
}

export type Guard = <Result>(call: () => Promise<Result>) => Promise<Result>;

/**
 * One environment's side of a shared breaker. While all is well it writes nothing, and reads at most once in
 * `refreshMs`. When the store fails, it lets everything pass and says so: a breaker must not be what is down.
 *
 * The guard throws {@link CircuitOpen} when the call was not made, and otherwise whatever the call throws.
 */
export function circuitBreaker(parts: BreakerParts): Guard {
  const { name, settings, meter, says } = parts;
  const shared = sharedState(parts);
  const nowMs = () => Date.parse(parts.clock.now());
  let window = emptyWindow;

  async function pass<Result>(breaker: KnownBreaker, call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await call();
      window = countCall(window, false, nowMs(), settings);
      return result;
    } catch (error) {
      const said = says(error);
      if (said) window = countCall(window, said === 'down', nowMs(), settings);
      if (isTooMuch(window, settings)) {
        window = emptyWindow;
        await shared.move(breaker, opened(breaker, nowMs(), settings));
      }
      throw error;
    }
  }

  async function probe<Result>(mine: BreakerRecord, call: () => Promise<Result>): Promise<Result> {
    meter.count('BreakerProbes');
    let said: ReturnType<typeof says> = 'up';
    try {
      return await call();
    } catch (error) {
      said = says(error);
      throw error;
    } finally {
      // Too late, this changes nothing: another probe was elected, and the version is another. A probe that asked nobody
      // does not report.
      if (said) await shared.move(mine, said === 'up' ? closed(mine) : opened(mine, nowMs(), settings));
    }
  }

  return async function guard(call) {
    const breaker = await shared.look();
    const verdict = judge(breaker, nowMs());
    if (verdict === 'pass') return pass(breaker, call);
    if (verdict === 'elect a probe') {
      const mine = probing(breaker, nowMs(), settings);
      const election = await shared.move(breaker, mine);
      if (election === 'made') return probe(mine, call);
      if (election === 'failed') return pass(undefined, call);
    }
    meter.count('BreakerRefused');
    throw new CircuitOpen(name, Math.max(0, (breaker?.until ?? 0) - nowMs()));
  };
}

/** What one environment knows of the shared state. */
function sharedState({ name, store, settings, clock, meter, onTransition, onStoreFailure }: BreakerParts) {
  let known: KnownBreaker;
  let goodUntil = -Infinity;
  let reading: Promise<KnownBreaker> | undefined;
  const nowMs = () => Date.parse(clock.now());

  function learn(breaker: KnownBreaker, until: number): KnownBreaker {
    known = breaker;
    goodUntil = until;
    return known;
  }

  /** A store in trouble is left alone for a while: each call would wait for it. */
  function storeFailed(error: unknown): void {
    meter.count('BreakerStoreFailures');
    onStoreFailure(error);
    learn(undefined, nowMs() + settings.openMs);
  }

  async function read(): Promise<KnownBreaker> {
    // The answer is as old as the question.
    const until = nowMs() + settings.refreshMs;
    try {
      return learn(await store.read(name), until);
    } catch (error) {
      storeFailed(error);
      return undefined;
    } finally {
      reading = undefined;
    }
  }

  return {
    /** The state as it was at most `refreshMs` ago; one read for all who ask meanwhile. */
    async look(): Promise<KnownBreaker> {
      if (nowMs() < goodUntil) return known;
      reading ??= read();
      return reading;
    },

    /** `lost`: somebody else moved it first. `failed`: the store did not answer. */
    async move(before: KnownBreaker, after: BreakerRecord): Promise<'made' | 'lost' | 'failed'> {
      try {
        if (!(await store.replace(name, before, after))) {
          goodUntil = -Infinity;
          return 'lost';
        }
      } catch (error) {
        storeFailed(error);
        return 'failed';
      }
      learn(after, nowMs() + settings.refreshMs);
      if (after.state !== 'PROBING') meter.count(after.state === 'OPEN' ? 'BreakerOpened' : 'BreakerClosed');
      onTransition(before?.state ?? 'CLOSED', after.state);
      return 'made';
    },
  };
}
