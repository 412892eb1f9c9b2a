import type { BeforeHook } from './gateway-call.ts';

/** One combination of function, operation and resource. */
export interface RecordedCall {
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string;
}

/** Path on the gateway: PUT begins a record, GET reads it, DELETE ends it. */
export const recordPath = '/_platform/function-calls';

/** Distinct calls of the functions. Recorded only on request, because finding a caller takes time. */
export class CallRecord {
  #calls: Map<string, RecordedCall> | undefined;

  begin(): void {
    this.#calls = new Map();
  }

  end(): void {
    this.#calls = undefined;
  }

  read(): readonly RecordedCall[] {
    return [...(this.#calls ?? [])].toSorted(([a], [b]) => a.localeCompare(b)).map(([, call]) => call);
  }

  readonly hook: BeforeHook = async (call) => {
    if (!this.#calls || !call.byFunction || !call.caller) return undefined;
    const { service, operation } = call;
    const made = { function: call.caller.functionName, service, operation, resource: await call.resource() };
    this.#calls.set(Object.values(made).join(' '), made);
    return undefined;
  };
}
