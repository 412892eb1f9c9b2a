import type * as z from 'zod';
import { failFast } from '../../../functions/runtime/fail-fast.ts';
import { apiMaker, type HttpApi, type HttpApiOptions, type RouteHandler } from '../../../functions/runtime/http.ts';
import { parseIdempotencyKey } from '../../../functions/runtime/idempotency-key.ts';
import { parseBody } from '../../../functions/runtime/json-body.ts';
import { jobId, routes, work } from './contracts.ts';
import type { Job } from './job.ts';
import { findOwnJob, type SubmitPorts, submitJob } from './submit-job.ts';

const makeApi = apiMaker({
  rows: routes,
  aboutOf: ({ jobId: named }) => (jobId.safeParse(named).success && named ? { jobId: named } : {}),
});

/** The fields that the owner may see. */
const toResource = ({ jobId, work, state, attempts, submittedAt, changedAt, result, reason }: Job) => ({
  ...{ jobId, work, state, attempts, submittedAt, changedAt },
  ...(result !== undefined && { result }),
  ...(reason !== undefined && { reason }),
});

export function jobsApi({ jobs, queue, ...local }: SubmitPorts, options: HttpApiOptions): HttpApi {
  const ports = { ...local, jobs: failFast(jobs), queue: failFast(queue) };

  const submit: RouteHandler = async ({ event, identity, traceparent, about }) => {
    const key = parseIdempotencyKey(event);
    const body: z.infer<typeof work> = parseBody(event, work);
    const job = await submitJob({ customer: identity.customer, key, work: body, traceparent }, ports);
    about.jobId = job.jobId;
    // No state, so that every repetition gets the same answer.
    const { submittedAt } = job;
    return { status: 202, body: { jobId: job.jobId, submittedAt }, headers: { location: `/jobs/${job.jobId}` } };
  };

  const read: RouteHandler = async ({ identity, params }) => ({
    status: 200,
    body: toResource(await findOwnJob(identity.customer, params.jobId, ports.jobs)),
  });

  return makeApi('jobs', { submitJob: submit, getJob: read }, options);
}
