import { expect, test } from 'vitest';
import type { Evidence, StoredJob } from '../../../../examples/jobs/check/evidence.ts';
import { checkJobs } from '../../../../examples/jobs/check/invariants.ts';

const job = (key: string, more: Partial<StoredJob>): StoredJob => ({
  ...{ pk: `JOB#id-of-${key}`, jobId: `id-of-${key}`, customer: 'ada', key },
  ...{ work: { kind: 'sum', from: -3, to: 5 }, state: 'DONE', attempts: 1, endings: 1, result: '9' },
  ...more,
});
const body = (key: string) => JSON.stringify({ v: 1, jobId: `id-of-${key}` });

const done = job('done', {});
const refused = job('refused', {
  ...{ work: { kind: 'sum', from: 2, to: 1 }, state: 'FAILED', result: undefined, reason: 'EMPTY_RANGE' },
});
const exhausted = job('exhausted', {
  ...{ work: { kind: 'divide', dividend: 1, divisor: 0 }, state: 'FAILED', attempts: 3 },
  ...{ result: undefined, reason: 'ATTEMPTS_EXHAUSTED' },
});
const buried = job('buried', { state: 'QUEUED', attempts: 0, endings: 0, result: undefined });
const jobs = [done, refused, exhausted, buried];

const good: Evidence = {
  jobs,
  letters: [
    { body: body('exhausted'), reason: 'ATTEMPTS_EXHAUSTED' },
    { body: body('buried'), reason: undefined },
    { body: 'stray', reason: 'MALFORMED_MESSAGE' },
  ],
  submissions: jobs.map(({ customer, key, work, jobId }) => ({ customer, key, work, jobIds: [jobId, jobId] })),
  reused: [{ key: 'done', status: 422 }],
  reads: [
    { customer: 'ada', jobId: done.jobId, status: 200, state: 'DONE', result: '9' },
    { customer: 'mallory', jobId: done.jobId, status: 404 },
  ],
  strayMessages: ['stray'],
};

const broken = (evidence: Evidence) =>
  checkJobs(evidence).flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []));

const withDone = (more: Partial<StoredJob>): Evidence => ({
  ...good,
  jobs: [{ ...done, ...more }, refused, exhausted, buried],
});
const withExhausted = (more: Partial<StoredJob>): Evidence => ({
  ...good,
  jobs: [done, refused, { ...exhausted, ...more }, buried],
});

test('a good run breaks no invariant, and every invariant checked something', () => {
  expect(broken(good)).toEqual([]);
  expect(checkJobs(good).filter(({ checked }) => checked === 0)).toEqual([]);
});

test.each<[what: string, invariant: string, evidence: Evidence]>([
  ['an accepted job is gone', 'stored-once', { ...good, jobs: [refused, exhausted, buried] }],
  ['a key is stored twice', 'stored-once', { ...good, jobs: [...jobs, { ...done, jobId: 'other', pk: 'JOB#other' }] }],
  ['a job has other work', 'stored-once', withDone({ work: { kind: 'sum', from: 4, to: 5 } })],
  ['a used key takes other work', 'stored-once', { ...good, reused: [{ key: 'done', status: 202 }] }],
  [
    'a repetition is told of another job',
    'stored-once',
    {
      ...good,
      submissions: good.submissions.map((one) => ({ ...one, jobIds: [...one.jobIds, 'other'] })),
    },
  ],
  ['a job was submitted by no client', 'no-strangers', { ...good, submissions: good.submissions.slice(1) }],
  ['a job lies under another key', 'no-strangers', withDone({ pk: 'JOB#other' })],
  ['a job waits for ever', 'ends', { ...good, letters: good.letters.filter(({ reason }) => reason !== undefined) }],
  ['a job that gave up has no letter', 'ends', { ...good, letters: good.letters.slice(1) }],
  ['a state is unknown', 'ends', withDone({ state: 'LOST' })],
  ['a result is wrong', 'right-result', withDone({ result: '8' })],
  ['a result is missing', 'right-result', withDone({ result: undefined })],
  [
    'work with an answer failed',
    'right-result',
    withDone({ state: 'FAILED', reason: 'EMPTY_RANGE', result: undefined }),
  ],
  ['a job gave up too early', 'right-result', withExhausted({ attempts: 2 })],
  ['a division by zero has a result', 'right-result', withExhausted({ state: 'DONE', result: '0', reason: undefined })],
  ['an outcome was written twice', 'written-once', withDone({ endings: 2 })],
  ['an outcome was never counted', 'written-once', withDone({ endings: undefined })],
  ['too many attempts', 'attempts', withDone({ attempts: 4 })],
  ['done without an attempt', 'attempts', withDone({ attempts: 0 })],
  [
    'a letter gives no known reason',
    'letters',
    { ...good, letters: [...good.letters, { body: body('done'), reason: 'BAD' }] },
  ],
  [
    'a letter about a job that is done',
    'letters',
    {
      ...good,
      letters: [...good.letters, { body: body('done'), reason: 'ATTEMPTS_EXHAUSTED' }],
    },
  ],
  [
    'a known job is called unknown',
    'letters',
    { ...good, letters: [...good.letters, { body: body('done'), reason: 'UNKNOWN_JOB' }] },
  ],
  ['a stray message is dropped', 'letters', { ...good, letters: good.letters.slice(0, 2) }],
  [
    "another client's job is read",
    'own-jobs-only',
    {
      ...good,
      reads: [{ customer: 'mallory', jobId: done.jobId, status: 200, state: 'DONE', result: '9' }],
    },
  ],
  ['an owner is refused', 'own-jobs-only', { ...good, reads: [{ customer: 'ada', jobId: done.jobId, status: 404 }] }],
  [
    'an owner is told another result',
    'own-jobs-only',
    {
      ...good,
      reads: [{ customer: 'ada', jobId: done.jobId, status: 200, state: 'DONE', result: '8' }],
    },
  ],
])('finds that %s', (_, invariant, evidence) => {
  expect(broken(evidence)).toContain(invariant);
});
