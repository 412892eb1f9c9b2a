import type { BeforeHook } from './gateway-call.ts';

/** Calls that one function makes of one operation on one resource. */
export interface RecordedCall {
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string;
}

/** The gateway's page of it: PUT begins a record, GET reads it, DELETE ends it. */
export const recordPath = '/_platform/function-calls';

/** Which calls the functions make, each once; written only while asked for, because finding a caller takes time. */
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
