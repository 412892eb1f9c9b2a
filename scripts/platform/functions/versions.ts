import type { Service } from '../../../stacks/model/services.ts';
import { parseLog } from './function-logs.ts';
import type { FunctionPool } from './function-pool.ts';
import type { Invocation, Outcome } from './served-function.ts';

/** A second version of every function, beside the working tree's. */
export interface OtherVersion {
  readonly name: string;
  bundlePath(service: Service): string;
}

/** A finished call of a function. */
export interface Call {
  readonly version: string;
  readonly service: Service;
  readonly ms: number;
  readonly failed: boolean;
  /** Status of an API response. */
  readonly status: number | undefined;
}

/** A function's line in the embedded metric format. */
export type Metrics = Readonly<Record<string, unknown>>;

export interface Observer {
  onCall(call: Call): void;
  onMetrics(version: string, service: Service, metrics: Metrics): void;
}

/** Routes like a Lambda alias with two versions: `share` is the probability that a call goes to the other version. */
export interface Versions {
  /** Replaces the other version, at first with a share of 0. */
  begin(other: OtherVersion, observer: Observer): void;
  /** Share of calls from 0 to 1. */
  setShare(ofOther: number): void;
  /** Resolves when the other version has no running calls; with a share of 0, no more begin. */
  untilEnded(): Promise<void>;
}

/** The name of the working tree's version. */
export const presentVersion = 'present';

/** A call, with the working tree's environments. */
export interface Routed {
  readonly service: Service;
  readonly present: FunctionPool;
  readonly invocation: Invocation;
}

export class VersionRouter implements Versions {
  #share = 0;
  #other: OtherVersion | undefined;
  #observer: Observer | undefined;
  readonly #pools = new Map<Service, FunctionPool>();
  /** Running calls of the other version. */
  readonly #running = new Set<Promise<Outcome>>();
  readonly #open: (service: Service, version: OtherVersion) => FunctionPool;

  /** @param open creates the environments of another version, at the first call */
  constructor(open: (service: Service, version: OtherVersion) => FunctionPool) {
    this.#open = open;
  }

  begin(other: OtherVersion, observer: Observer): void {
    this.#share = 0;
    for (const pool of this.#pools.values()) pool.retire();
    this.#pools.clear();
    [this.#other, this.#observer] = [other, observer];
  }

  setShare(ofOther: number): void {
    this.#share = ofOther;
  }

  onLog(version: string, service: Service, line: string): void {
    const metrics = this.#observer && parseLog(line);
    if (metrics && '_aws' in metrics) this.#observer?.onMetrics(version, service, metrics);
  }

  async invoke({ service, present, invocation }: Routed): Promise<Outcome> {
    const other = Math.random() < this.#share ? this.#other : undefined;
    const pool = other ? this.#poolOf(service, other) : present;
    const begun = performance.now();
    const outcome = await this.#follow(pool.invoke(invocation), other);
    const [ms, failed] = [performance.now() - begun, 'errorType' in outcome];
    const version = other?.name ?? presentVersion;
    this.#observer?.onCall({
      version,
      service,
      ms,
      failed,
      status: 'result' in outcome ? readStatus(outcome.result) : undefined,
    });
    return outcome;
  }

  async untilEnded(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async #follow(call: Promise<Outcome>, other: OtherVersion | undefined): Promise<Outcome> {
    if (other) this.#running.add(call);
    return call.finally(() => this.#running.delete(call));
  }

  pools(): readonly FunctionPool[] {
    return [...this.#pools.values()];
  }

  #poolOf(service: Service, other: OtherVersion): FunctionPool {
    const pool = this.#pools.get(service) ?? this.#open(service, other);
    this.#pools.set(service, pool);
    return pool;
  }
}

/** Reads only the beginning, because the body may be long. */
function readStatus(result: string): number | undefined {
  const status = /^\{"statusCode":(\d{3})/.exec(result)?.[1];
  return status === undefined ? undefined : Number(status);
}
