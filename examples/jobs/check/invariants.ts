import { createHash } from 'node:crypto';
import type { Evidence, StoredJob } from './evidence.ts';

export interface Verdict {
  readonly id: string;
  readonly what: string;
  /** Number of items checked. Zero proves nothing. */
  readonly checked: number;
  readonly violations: readonly string[];
}

/** The documented limit, restated on purpose: one imported from the product would be wrong on both sides. */
const attemptsAllowed = 3;
const namedReasons = ['MALFORMED_MESSAGE', 'UNKNOWN_JOB', 'ATTEMPTS_EXHAUSTED'];

const nameOf = ({ jobId, customer, key }: StoredJob) => `job ${jobId} of ${customer}, key ${key}`;
const ownerKey = ({ customer, key }: { readonly customer: string; readonly key: string }) => `${customer}\n${key}`;

/** Checks the invariants on the evidence of a run. */
export function checkJobs(evidence: Evidence): Verdict[] {
  const { jobs, letters, reads } = evidence;
  const ofJobs = (id: string, what: string, violations: readonly string[]) => ({
    id,
    what,
    checked: jobs.length,
    violations,
  });
  const each = (check: (job: StoredJob) => string | undefined) =>
    jobs.flatMap((job) => {
      const wrong = check(job);
      return wrong === undefined ? [] : [`${nameOf(job)}: ${wrong}`];
    });
  const letterLooked = { id: 'letters', what: 'each dead letter has a correct reason', checked: letters.length };
  const readLooked = {
    id: 'own-jobs-only',
    what: 'a client can read only its own jobs',
    checked: reads.length,
  };
  return [
    ofJobs('stored-once', 'each submitted job is stored once', storedOnce(evidence)),
    ofJobs('no-strangers', 'each job was submitted by a client', each(findStranger(evidence))),
    ofJobs('ends', 'each job is done, failed, or a named dead letter', each(findUnended(evidence))),
    ofJobs('right-result', 'each result is correct for its work', each(findWrongResult)),
    ofJobs('written-once', 'each outcome is written once', each(findRewritten)),
    ofJobs('attempts', `a job has at most ${attemptsAllowed} attempts`, each(findAttempts)),
    { ...letterLooked, violations: wrongLetters(evidence) },
    { ...readLooked, violations: wrongReads(evidence) },
  ];
}

function storedOnce({ jobs, submissions, reused }: Evidence): string[] {
  const stored = Map.groupBy(jobs, ownerKey);
  const wrong = submissions.flatMap((submission) => {
    const rows = stored.get(ownerKey(submission)) ?? [];
    const answered = new Set(submission.jobIds);
    const name = `key ${submission.key} of ${submission.customer}`;
    if (rows.length > 1) return [`${name} is stored ${rows.length} times`];
    if (answered.size === 0) return [];
    if (rows.length === 0) return [`${name} was accepted and is not stored`];
    if (answered.size > 1 || !answered.has(rows[0]?.jobId ?? '')) return [`${name} was told of another job`];
    return sameWork(rows[0]?.work, submission.work) ? [] : [`${name} is stored with other work`];
  });
  const taken = reused.filter(({ status }) => status !== 422);
  return [...wrong, ...taken.map(({ key, status }) => `key ${key} was used for other work, and answered ${status}`)];
}

function findStranger({ submissions }: Evidence): (job: StoredJob) => string | undefined {
  const known = new Set(submissions.map(ownerKey));
  return (job) => (known.has(ownerKey(job)) && job.pk === `JOB#${job.jobId}` ? undefined : 'no client submitted it');
}

function findUnended({ letters }: Evidence): (job: StoredJob) => string | undefined {
  const named = new Set(letters.map(({ body }) => jobIdIn(body)));
  return ({ jobId, state, reason }) => {
    if (state === 'DONE' || (state === 'FAILED' && reason === 'EMPTY_RANGE')) return undefined;
    if (named.has(jobId)) return undefined;
    return `is ${state}${reason ? ` (${reason})` : ''}, and no dead letter names it`;
  };
}

/** Computed differently from the product, so that both cannot share a mistake. */
function expectedOf(work: StoredJob['work']): string | 'EMPTY_RANGE' | 'no answer' {
  const whole = (name: string) => BigInt(Number(work[name]));
  switch (work.kind) {
    case 'sum': {
      const [from, to] = [whole('from'), whole('to')];
      return from > to ? 'EMPTY_RANGE' : String(((from + to) * (to - from + 1n)) / 2n);
    }
    case 'digest':
      return createHash('sha256').update(String(work.text)).digest('hex');
    default:
      return whole('divisor') === 0n
        ? 'no answer'
        : String(Math.trunc(Number(work.dividend) / Number(work.divisor)) + 0);
  }
}

function findWrongResult({ work, state, result, reason, attempts }: StoredJob): string | undefined {
  const expected = expectedOf(work);
  if (state === 'QUEUED')
    return result === undefined && reason === undefined ? undefined : 'is queued, but has an outcome';
  if (state === 'DONE') return result === expected ? undefined : `its result is ${result}, must be ${expected}`;
  if (reason === 'EMPTY_RANGE')
    return expected === reason ? undefined : `failed as an empty range, must be ${expected}`;
  // Faults use up attempts, too, so a job with a valid answer may end like this, but only after the last attempt.
  if (reason === 'ATTEMPTS_EXHAUSTED')
    return attempts === attemptsAllowed ? undefined : `gave up after ${attempts} attempts`;
  return `is ${state} for the reason ${reason}`;
}

function findRewritten({ state, endings = 0 }: StoredJob): string | undefined {
  const expected = state === 'QUEUED' ? 0 : 1;
  return endings === expected ? undefined : `its outcome was written ${endings} times, must be ${expected}`;
}

function findAttempts({ state, attempts }: StoredJob): string | undefined {
  const least = state === 'QUEUED' ? 0 : 1;
  return attempts >= least && attempts <= attemptsAllowed ? undefined : `has ${attempts} attempts`;
}

function wrongLetters({ letters, jobs, strayMessages }: Evidence): string[] {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  const strays = new Set(strayMessages);
  const buried = new Set(letters.map(({ body }) => body));
  const wrong = letters.flatMap(({ body, reason }) => {
    if (reason !== undefined && !namedReasons.includes(reason)) return [`${body}: the reason ${reason} is unknown`];
    const job = byId.get(jobIdIn(body) ?? '');
    if (strays.has(body)) return job ? [`${body} names a job`] : [];
    if (!job) return [`${body}: no such job`];
    if (reason === 'ATTEMPTS_EXHAUSTED' && job.reason !== reason) return [`${nameOf(job)}: a letter says ${reason}`];
    return reason === 'MALFORMED_MESSAGE' || reason === 'UNKNOWN_JOB' ? [`${body}: ${reason} is false`] : [];
  });
  const lost = strayMessages.filter((body) => !buried.has(body));
  return [...wrong, ...lost.map((body) => `the stray message ${body} is not a dead letter`)];
}

function wrongReads({ reads, jobs }: Evidence): string[] {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  return reads.flatMap(({ customer, jobId, status, state, result }) => {
    const job = byId.get(jobId);
    if (!job || job.customer !== customer)
      return status === 404 ? [] : [`${customer} asked for ${jobId}, which is not theirs, and got ${status}`];
    if (status !== 200) return [`${customer} asked for their own ${jobId}, and got ${status}`];
    return state === job.state && result === job.result
      ? []
      : [`${customer} was told ${state} ${result} of ${nameOf(job)}`];
  });
}

function jobIdIn(body: string): string | undefined {
  return /"jobId":"([^"]+)"/.exec(body)?.[1];
}

function sameWork(one: StoredJob['work'] | undefined, other: StoredJob['work']): boolean {
  const sorted = (work: StoredJob['work'] = {}) => JSON.stringify(Object.entries(work).sort());
  return sorted(one) === sorted(other);
}
