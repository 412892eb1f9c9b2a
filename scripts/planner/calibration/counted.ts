import type { Calibration, StepName, StepWork, Work } from '../types.ts';

/** What a step did, with what the model does not bill by. */
export interface CountedWork extends Work {
  /** Calls as a gateway sees them: `dynamodb.TransactWriteItems`. */
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
}

export const noWork: CountedWork = {
  ...{ tables: {}, queues: {}, events: { count: 0, bytes: 0 }, partnerCalls: 0, roundTrips: 0, responseBytes: 0 },
  ...{ operations: {}, logBytes: 0 },
};
