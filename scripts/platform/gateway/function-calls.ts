import type { BeforeHook } from './gateway-call.ts';

/** How often, by the call and what it was about: `dynamodb.Query <table>#<index>`, `sqs.SendMessage <queue>`. */
export type CallsByPlace = ReadonlyMap<string, number>;

/** Counts the calls of the functions, and of nobody else. Only when asked to, because it reads every body. */
export class FunctionCalls {
  #counts: Map<string, number> | undefined;

  begin(): void {
    this.#counts = new Map();
  }

  /** @returns what was counted since the begin */
  end(): CallsByPlace {
    const counts = this.#counts ?? new Map<string, number>();
    this.#counts = undefined;
    return counts;
  }

  readonly hook: BeforeHook = async (call) => {
    if (!this.#counts || !call.byFunction) return undefined;
    const made = `${call.service}.${call.operation} ${await call.place()}`.trimEnd();
    this.#counts?.set(made, (this.#counts.get(made) ?? 0) + 1);
    return undefined;
  };
}
