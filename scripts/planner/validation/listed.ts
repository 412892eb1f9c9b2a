/** Published rows that nothing is compared with, and why. */
export interface Listed {
  readonly set: string;
  readonly row: string;
  readonly rows: number;
  readonly why: string;
}

const rehan = 'SQS ramp, error or cap (rehanvdm.com)';

export const listedOfAws: readonly Listed[] = [
  { set: rehan, row: '4 ramps marked invalid', rows: 4, why: "names no input: the account's limit that cut them off" },
  { set: rehan, row: '400 ms without a cap', rows: 1, why: 'contradicts itself: steady 500, at most 194' },
  {
    ...{ set: 'DynamoDB ramp (theburningmonk.com)', row: '0 to 40,000/s in 120 and 150 min', rows: 2 },
    why: 'no figure: the outcome is in pictures',
  },
  {
    ...{ set: 'DynamoDB ramp (theburningmonk.com)', row: 'switched from provisioned', rows: 1 },
    why: 'names no input: which of 20,000, 30,000 and 40,000 units served 40,000/s',
  },
  {
    ...{ set: 'Cold start (lambda-perf)', row: 'mean of the first invocation', rows: 48 },
    why: "not modelled: an invocation's duration does not depend on its place",
  },
];
