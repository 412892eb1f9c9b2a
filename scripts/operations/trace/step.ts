import type { LogLine } from '../../platform/tracing/log-line.ts';

/** Category of a step's time; `trouble` is a retry, a postponement or a dead letter. */
export type StepKind = 'request' | 'wait' | 'work' | 'partner' | 'state' | 'trouble';

/** One stage of an order's processing. */
export interface Step {
  readonly kind: StepKind;
  /** The function, queue, stream or store. */
  readonly where: string;
  readonly what: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ms: number;
  readonly version?: string;
}

/** The state of an order in the store, and its events. */
export interface StoredOrder {
  readonly state: string;
  readonly sku: string;
  readonly quantity: number;
  readonly acceptedAt: string;
  readonly changedAt: string;
  readonly traceparent?: string | undefined;
  readonly events: readonly { readonly type: string; readonly version: number; readonly at: string }[];
}

/** The partner's record. */
export interface PartnerRecord {
  readonly state: string;
  readonly asked: number;
  readonly at: string;
}

/** Everything that was found about an order. */
export interface Found {
  readonly orderId: string;
  readonly lines: readonly LogLine[];
  /** Undefined if the store has no such order. */
  readonly stored: StoredOrder | undefined;
  /** Undefined if the partner was never asked, or if its record cannot be read. */
  readonly partner: PartnerRecord | undefined;
  /** Receives after which a queue dead-letters a message. */
  readonly maxReceives: number;
}
