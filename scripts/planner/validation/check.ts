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
  readonly holds: boolean;
}

export interface CheckInput {
  readonly set: string;
  readonly row: string;
  readonly model: number;
  readonly measured: number;
  readonly unit: string;
  readonly tolerance: number | null;
  readonly inPoints?: boolean;
  readonly note?: string;
  readonly source: string;
}

export function check({ inPoints = false, note = '', ...input }: CheckInput): Check {
  const { model, measured, tolerance } = input;
  const difference = model - measured;
  const error = inPoints ? difference : measured === 0 ? difference * 100 : (difference / measured) * 100;
  // A tolerance of 0 means exact, except for the last bits of a double.
  return { ...input, inPoints, note, error, holds: tolerance === null || Math.abs(error) <= tolerance + 1e-6 };
}
