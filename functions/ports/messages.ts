/** Text; or bytes, where a queue's messages need not be text. */
export type MessageBody = string | Uint8Array;

/** A message attribute. */
export interface Attribute {
  /** The service's name for it, for example `String`, `Number.float` or `Binary`. */
  readonly type: string;
  readonly value: string | Uint8Array;
}

/** A message's data besides its body, as far as its queue supports it. */
export interface Envelope {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly orderingKey?: string;
  /** AWS X-Ray's. */
  readonly traceHeader?: string;
}

/** Delivery data of a message, as far as its queue reports it. */
export interface Delivery {
  /** Epoch milliseconds. */
  readonly sentAtMs?: number | undefined;
  /** How often it was received; 1 the first time. */
  readonly receives?: number | undefined;
}

export interface DeadLetterQueue<Reason extends string> {
  /** For a message that no retry can fix; it is kept byte for byte, and operators are alerted. */
  put(body: MessageBody, reason: Reason, envelope?: Envelope): Promise<void>;
}
