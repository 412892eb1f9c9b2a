/** Whether the model agrees with a published figure. `differs`: outside the tolerance, for a reason that is given. */
export type Outcome = 'holds' | 'differs' | 'missed' | 'not judged';

/** A published figure, compared with the model's. */
export interface Check {
  readonly set: string;
  readonly row: string;
  readonly model: number;
  readonly measured: number;
  readonly unit: string;
  /** Percent of the measured value, or points where `inPoints`. */
  readonly error: number;
  readonly inPoints: boolean;
  /** Null: shown but not judged; the note has the reason. */
  readonly tolerance: number | null;
  readonly note: string;
  readonly source: string;
  readonly outcome: Outcome;
}

export interface CheckInput {
  readonly set: string;
  readonly row: string;
  readonly model: number;
  readonly measured: number;
  readonly unit: string;
  readonly tolerance: number | null;
  readonly inPoints?: boolean;
  /** Published as 'less than': what is below has no error. */
  readonly atMost?: boolean;
  /** Why it is not judged, or why the model differs. */
  readonly note?: string;
  readonly source: string;
}

export function check({ inPoints = false, atMost = false, note = '', ...input }: CheckInput): Check {
  const { model, measured, tolerance } = input;
  const difference = atMost ? Math.max(0, model - measured) : model - measured;
  const error = inPoints ? difference : measured === 0 ? difference * 100 : (difference / measured) * 100;
  return { ...input, inPoints, note, error, outcome: outcomeOf(error, tolerance, note) };
}

function outcomeOf(error: number, tolerance: number | null, note: string): Outcome {
  if (tolerance === null) return 'not judged';
  // A tolerance of 0 means exact, except for the last bits of a double.
  if (Math.abs(error) <= tolerance + 1e-6) return 'holds';
  return note === '' ? 'missed' : 'differs';
}
