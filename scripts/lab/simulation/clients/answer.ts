/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** When the first and when the last attempt were sent, in simulated milliseconds. */
  readonly firstMs: number;
  readonly askedMs: number;
}

export type OnAnswer = (answer: Answer) => void;
