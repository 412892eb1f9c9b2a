import type { BeforeHook, GatewayCall } from './gateway-call.ts';

/** Call counts by operation and resource: `dynamodb.Query <table>#<index>`, `sqs.SendMessage <queue>`. */
export type CallsByPlace = ReadonlyMap<string, number>;

export interface CountedCalls {
  readonly made: CallsByPlace;
  /** Calls that the engine rejected because a condition failed. */
  readonly refused: CallsByPlace;
}

/** Counts only the functions' calls. Active only on request, because it reads every body. */
export class FunctionCalls {
  #made: Map<string, number> | undefined;
  #refused = new Map<string, number>();

  begin(): void {
    this.#made = new Map();
    this.#refused = new Map();
  }

  /** @returns the counts since `begin` */
  end(): CountedCalls {
    const made = this.#made ?? new Map<string, number>();
    this.#made = undefined;
    return { made, refused: this.#refused };
  }

  readonly hook: BeforeHook = async (call) => {
    if (!this.#made || !call.byFunction) return undefined;
    const name = await nameOf(call);
    if (this.#made) increase(this.#made, name);
    call.onAnswered((status) => {
      if (this.#made && status === 400) increase(this.#refused, name);
    });
    return undefined;
  };
}

const nameOf = async (call: GatewayCall): Promise<string> =>
  `${call.service}.${call.operation} ${await call.place()}`.trimEnd();

const increase = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
