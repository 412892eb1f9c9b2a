import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../../cli/cli.ts';
import { callersAreKnown } from '../callers.ts';
import type { BeforeHook, Fate, GatewayCall } from '../gateway-call.ts';
import { conflict, rejection, throttling } from './answers.ts';
import { type Fault, type FaultPlan, type FaultyService, faultyServices } from './plan.ts';

export interface FaultCount {
  readonly kind: Fault['kind'];
  readonly service: string;
  readonly operation: string;
  /** Calls that match the fault, inside or outside its window. */
  readonly calls: number;
  readonly injected: number;
}

/** Injected faults by operation. */
export type FaultTotal = Omit<FaultCount, 'calls'>;

/** Formats the injected faults, one line per fault of the plan. */
export function faultText(counts: readonly FaultCount[]): string {
  const lines = counts.map(
    ({ kind, service, operation, calls, injected }) =>
      `  ${kind.padEnd(10)} ${`${service} ${operation}`.padEnd(32)} ${injected} of ${calls} calls\n`,
  );
  return `Faults injected\n${lines.join('')}`;
}

interface Rule {
  readonly fault: Fault;
  readonly index: number;
  calls: number;
  injected: number;
}

/** Injects a fault plan into the calls of functions, and counts the injected faults. */
export class Faults {
  /** Parent of the workers; if undefined, the calling function is unknown. */
  enginePid: number | undefined;
  #seed = 0;
  #since = 0;
  #rules: readonly Rule[] = [];
  /** Totals since the start, over all plans. */
  readonly #totals = new Map<string, FaultTotal>();

  /**
   * Replaces the current plan and restarts its clock.
   *
   * @throws {CliError} faults_unsupported if the plan depends on the caller, which is unknown here
   */
  set({ seed, faults }: FaultPlan): void {
    const needsCaller = faults.some((fault) => fault.kind === 'crash' || fault.function !== undefined);
    if (needsCaller && (this.enginePid === undefined || !callersAreKnown)) throw callersUnknown();
    this.#seed = seed;
    this.#since = performance.now();
    this.#rules = faults.map((fault, index) => ({ fault, index, calls: 0, injected: 0 }));
  }

  clear(): void {
    this.#rules = [];
  }

  report(): readonly FaultCount[] {
    return this.#rules.map(({ fault, calls, injected }) => {
      const { kind, service = 'any', operation = 'any' } = fault;
      return { kind, service, operation, calls, injected };
    });
  }

  readonly hook: BeforeHook = async (call) => {
    const service = faultyServices.find((one) => one === call.service);
    if (this.#rules.length === 0 || !service || !call.byFunction) return undefined;
    const resource = this.#rules.some(({ fault }) => fault.resource !== undefined) ? await call.resource() : '';
    const [selected] = this.#rules.filter((rule) => this.#countAndSelect(rule, call, resource));
    if (!selected) return undefined;
    selected.injected++;
    this.#addUp(selected.fault.kind, call);
    return inject(selected.fault, service, call, this.#chance(selected, 'how'));
  };

  totals(): readonly FaultTotal[] {
    return [...this.#totals.values()];
  }

  #addUp(kind: Fault['kind'], { service, operation }: GatewayCall): void {
    const key = `${kind} ${service} ${operation}`;
    this.#totals.set(key, { kind, service, operation, injected: (this.#totals.get(key)?.injected ?? 0) + 1 });
  }

  /** Every rule counts every matching call, so that rules do not affect each other. */
  #countAndSelect(rule: Rule, call: GatewayCall, resource: string): boolean {
    const { fault } = rule;
    if (!matches(fault, call, resource)) return false;
    rule.calls++;
    const age = performance.now() - this.#since;
    if (age < fault.fromMs || age >= (fault.untilMs ?? Infinity)) return false;
    if (rule.calls <= fault.afterCalls || rule.injected >= (fault.atMost ?? Infinity)) return false;
    return this.#chance(rule, 'whether') < fault.probability;
  }

  /** From 0 to 1. The n-th call of a rule gets the same value in every run with the same seed. */
  #chance({ index, calls }: Rule, purpose: string): number {
    const hash = createHash('sha256').update(`${this.#seed} ${index} ${calls} ${purpose}`).digest();
    return hash.readUInt32BE() / 2 ** 32;
  }
}

function matches(fault: Fault, call: GatewayCall, resource: string): boolean {
  const { service, operation } = call;
  if (fault.kind === 'conflict' && service !== 'dynamodb') return false;
  if ((fault.service ?? service) !== service || (fault.operation ?? operation) !== operation) return false;
  if ((fault.resource ?? resource) !== resource) return false;
  return fault.function === undefined || call.caller?.functionName === fault.function;
}

function callersUnknown(): CliError {
  return new CliError(
    'faults_unsupported',
    "'crash' and 'function' need workers of the built-in engine on Linux: elsewhere the caller of a request is unknown",
    'Run the functions in workers (npm start -- --workers), or leave these faults out.',
  );
}

async function inject(fault: Fault, service: FaultyService, call: GatewayCall, chance: number): Promise<Fate> {
  switch (fault.kind) {
    case 'reject':
      return rejection(service, fault);
    case 'throttle':
      return throttling(service);
    case 'conflict':
      return conflict(call.operation, await chooseReasons(fault.reasons, call, chance));
    case 'lost':
      return { loseAnswer: () => {} };
    case 'crash': {
      const { caller } = call;
      const kill = () => void (caller && endProcess(caller.pid));
      if (fault.when === 'after') return { loseAnswer: kill };
      kill();
      return 'reset';
    }
    case 'reset':
    case 'duplicate':
      return fault.kind;
    case 'delay':
      // Read the body now, so that the call still reaches the engine after its caller has given up.
      await call.body();
      await sleep(fault.ms + chance * Math.max(0, (fault.upToMs ?? fault.ms) - fault.ms));
      return undefined;
    case 'hang':
      await sleep(fault.ms, undefined, { signal: call.callerGone }).catch(() => {});
      return 'reset';
  }
}

/** Kills without warning. Returns false if the process has already exited. */
export function endProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** One cancellation reason for each item of the transaction. */
async function chooseReasons(
  chosen: readonly string[] | undefined,
  call: GatewayCall,
  chance: number,
): Promise<string[]> {
  const { TransactItems = [] } = JSON.parse((await call.body()).toString('utf8')) as { TransactItems?: unknown[] };
  const conflicting = Math.floor(chance * TransactItems.length);
  return TransactItems.map(
    (_, index) => chosen?.[index] ?? (!chosen && index === conflicting ? 'TransactionConflict' : 'None'),
  );
}
