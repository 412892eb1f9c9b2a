export interface Violation {
  readonly invariant: string;
  readonly text: string;
}

/** Records a violation. */
export type Report = (invariant: string, text: string) => void;

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly hash: number;
  readonly orders: number;
  /** Number of items checked, by invariant. */
  readonly checked: Readonly<Record<string, number>>;
  readonly injected: readonly string[];
  readonly lines: readonly string[];
}
