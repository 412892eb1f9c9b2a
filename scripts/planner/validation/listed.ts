/** Published rows that nothing is compared with, and why. */
export interface Listed {
  readonly set: string;
  readonly row: string;
  readonly rows: number;
  readonly why: string;
}

const rehan = 'SQS ramp, error or cap (rehanvdm.com)';
const azure = 'Azure (techcommunity, azure-docs)';

export const listed: readonly Listed[] = [
  { set: rehan, row: '4 ramps marked invalid', rows: 4, why: "names no input: the account's limit that cut them off" },
  { set: rehan, row: '400 ms without a cap', rows: 1, why: 'contradicts itself: steady 500, at most 194' },
  {
    ...{ set: 'Drain of 100,000 (mikhail.io)', row: 'Google, 400 ms at 512 MB', rows: 1 },
    why: "no figure: 'slower than 128 MB'",
  },
  {
    ...{ set: 'Drain of 100,000 (mikhail.io)', row: 'Azure, pause of 500 ms: peak', rows: 1 },
    why: "no figure: 'few'",
  },
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
  {
    ...{ set: azure, row: '0 to 32,000 requests/s in 7 s', rows: 1 },
    why: 'names no input: duration, concurrency and size of an instance',
  },
  {
    ...{ set: azure, row: '40,000 requests/s on 1,000 instances in a minute', rows: 1 },
    why: 'the source of `httpInstancesPerSecond`: it would be compared with itself',
  },
  {
    ...{ set: azure, row: 'target-based scaling, 4 at a time and its targets', rows: 2 },
    why: 'a rule without an outcome; `instancesPerDecision` is that rule',
  },
  { set: azure, row: '200 instances of the Consumption plan', rows: 1, why: 'no stage uses that plan' },
  {
    ...{ set: 'Cloud Run', row: 'about 30 requests at once on one core', rows: 1 },
    why: 'names no input: the work of a request',
  },
  { set: 'Cloud Run', row: '100 instances by default', rows: 1, why: 'each stage sets its own' },
];

export const listedRows = listed.reduce((sum, { rows }) => sum + rows, 0);
