export interface Violation {
  readonly invariant: string;
  readonly text: string;
}

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly hash: number;
  readonly orders: number;
  /** How many things each invariant looked at. */
  readonly checked: Readonly<Record<string, number>>;
  readonly injected: readonly string[];
  readonly lines: readonly string[];
}
