/** The final answer to a client's request. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Times of the first and of the last attempt, in simulated milliseconds. */
  readonly firstMs: number;
  readonly askedMs: number;
}

export type OnAnswer = (answer: Answer) => void;
