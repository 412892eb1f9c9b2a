import type { Calibration, StepName, StepWork, Work } from '../types.ts';

/** Work of a step, including parts that the model does not bill. */
export interface CountedWork extends Work {
  /** Calls as a gateway sees them, with their targets: `dynamodb.TransactWriteItems orders+stock`. */
  readonly operations: Readonly<Record<string, number>>;
  /** Log lines and metrics of the function. */
  readonly logBytes: number;
}

export interface CountedStep extends StepWork {
  readonly perOrder: CountedWork;
  readonly perGroup: CountedWork;
}

export interface CountedCalibration extends Calibration {
  readonly steps: Readonly<Record<StepName, CountedStep>>;
  readonly groupMax: Calibration['groupMax'] & {
    /** Orders that one transaction rejects. */
    readonly rejected: number;
  };
  /** Calls that `project` makes once in a batch, for all of its groups: rows of counters. */
  readonly projectOnce: CountedWork['operations'];
}

export const noWork: CountedWork = {
  ...{ tables: {}, queues: {}, events: { count: 0, bytes: 0 }, partnerCalls: 0, roundTrips: 0, responseBytes: 0 },
  ...{ operations: {}, logBytes: 0 },
};
