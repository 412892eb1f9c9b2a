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
  /** Calls that the fault could have hit, inside its window or not. */
  readonly calls: number;
  readonly injected: number;
}

/** What was injected, a line for each fault of the plan. */
export function faultText(counts: readonly FaultCount[]): string {
  const lines = counts.map(
    ({ kind, service, operation, calls, injected }) =>
      `  ${kind.padEnd(10)} ${`${service} ${operation}`.padEnd(32)} ${injected} of ${calls} calls\n`,
  );
  return `Faults injected\n${lines.join('')}`;
}

interface Rule {
  readonly fault: Fault;
  readonly place: number;
  calls: number;
  injected: number;
}

/** Injects a plan of faults into the calls of functions, and counts what it did. */
export class Faults {
  /** Whose children the workers are; without it nobody knows which function makes a call. */
  enginePid: number | undefined;
  #seed = 0;
  #since = 0;
  #rules: readonly Rule[] = [];

  /**
   * From now on, instead of any plan before.
   *
   * @throws {CliError} faults_unsupported when the plan asks who calls, and that cannot be known here
   */
  set({ seed, faults }: FaultPlan): void {
    const asks = faults.some((fault) => fault.kind === 'crash' || fault.function !== undefined);
    if (asks && (this.enginePid === undefined || !callersAreKnown)) throw callersUnknown();
    this.#seed = seed;
    this.#since = performance.now();
    this.#rules = faults.map((fault, place) => ({ fault, place, calls: 0, injected: 0 }));
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
    const [struck] = this.#rules.filter((rule) => this.#strikes(rule, call, resource));
    if (!struck) return undefined;
    struck.injected++;
    return inflict(struck.fault, service, call, this.#chance(struck, 'how'));
  };

  /** Every rule counts every call that fits it, so that no rule's fate depends on another's. */
  #strikes(rule: Rule, call: GatewayCall, resource: string): boolean {
    const { fault } = rule;
    if (!fits(fault, call, resource)) return false;
    rule.calls++;
    const age = performance.now() - this.#since;
    if (age < fault.fromMs || age >= (fault.untilMs ?? Infinity)) return false;
    if (rule.calls <= fault.afterCalls || rule.injected >= (fault.atMost ?? Infinity)) return false;
    return this.#chance(rule, 'whether') < fault.probability;
  }

  /** From 0 to 1, and the same for the n-th call of a rule in every run with this seed. */
  #chance({ place, calls }: Rule, question: string): number {
    const hash = createHash('sha256').update(`${this.#seed} ${place} ${calls} ${question}`).digest();
    return hash.readUInt32BE() / 2 ** 32;
  }
}

function fits(fault: Fault, call: GatewayCall, resource: string): boolean {
  const { service, operation } = call;
  if (fault.kind === 'conflict' && service !== 'dynamodb') return false;
  if ((fault.service ?? service) !== service || (fault.operation ?? operation) !== operation) return false;
  if ((fault.resource ?? resource) !== resource) return false;
  return fault.function === undefined || call.caller?.functionName === fault.function;
}

function callersUnknown(): CliError {
  return new CliError(
    'faults_unsupported',
    "'crash' and 'function' need workers of the built-in engine on Linux: only there it is known who calls",
    'Run the functions in workers (npm start -- --workers), or leave these faults out.',
  );
}

async function inflict(fault: Fault, service: FaultyService, call: GatewayCall, chance: number): Promise<Fate> {
  switch (fault.kind) {
    case 'reject':
      return rejection(service, fault);
    case 'throttle':
      return throttling(service);
    case 'conflict':
      return conflict(call.operation, await reasonsOf(fault.reasons, call, chance));
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
      // Read now, so that the call arrives late even if its caller has given up: a zombie.
      await call.body();
      await sleep(fault.ms + chance * Math.max(0, (fault.upToMs ?? fault.ms) - fault.ms));
      return undefined;
    case 'hang':
      await sleep(fault.ms, undefined, { signal: call.callerGone }).catch(() => {});
      return 'reset';
  }
}

/** At once and without a warning; a process that has ended already is as dead. */
export function endProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** One reason for each item of the transaction. */
async function reasonsOf(chosen: readonly string[] | undefined, call: GatewayCall, chance: number): Promise<string[]> {
  const { TransactItems = [] } = JSON.parse((await call.body()).toString('utf8')) as { TransactItems?: unknown[] };
  const place = Math.floor(chance * TransactItems.length);
  return TransactItems.map(
    (_, index) => chosen?.[index] ?? (!chosen && index === place ? 'TransactionConflict' : 'None'),
  );
}
