import type { Service } from '../../stacks/model/services.ts';

/** Data that one version passes to another: a row, a message, an event, a request or an answer. */
export interface Sample {
  /** Names the message in failures: `orders EVENT`, `queue order-requests`, `answer placeOrder`. */
  readonly message: string;
  /** Metadata around the body: keys, attributes, headers. */
  readonly envelope?: object;
  /** The part that a schema reads. */
  readonly body: object;
}

export interface StoredRow {
  readonly table: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** The partner's answer to a call. */
export interface PartnerAnswer {
  readonly status: number;
  readonly body: object;
}

/** One invocation of a function, with all of its inputs. */
export interface StepInput {
  readonly name: string;
  readonly service: Service;
  readonly at: string;
  readonly event: object;
  /** By order id; for a step that calls the partner. */
  readonly partner?: Readonly<Record<string, PartnerAnswer>>;
}

/** Effects of the invocation. */
export interface StepOutcome {
  /** The handler's result, or the name and message of its error. */
  readonly result: unknown;
  /** Messages, events and requests. */
  readonly sent: readonly Sample[];
  /** Each row after each change. */
  readonly written: readonly StoredRow[];
  /** The kinds of rows that it read. */
  readonly read: readonly string[];
}

export interface Step {
  readonly input: StepInput;
  readonly outcome: StepOutcome;
}

/** JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Messages that one version writes, and those it must be able to read. */
export interface Recording {
  /** The version in package.json. */
  readonly version: string;
  /** The commit that was recorded; undefined outside of git. */
  readonly commit?: string;
  /** The readers' schemas, by message. */
  readonly schemas: Readonly<Record<string, Schema>>;
  /** In sequence: each step finds the rows left by the steps before it. */
  readonly steps: readonly Step[];
}
