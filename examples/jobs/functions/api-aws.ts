import { authorizerClaims } from '../../../functions/adapters/aws/lambda/authorizer.ts';
import { onLambda } from '../../../functions/adapters/aws/lambda/on-lambda.ts';
import { readEnv, resource } from '../../../functions/runtime/env.ts';
import { authenticator } from '../../../functions/runtime/identity.ts';
import { meter } from '../../../functions/runtime/meter.ts';
import { systemClock } from '../../../functions/runtime/system.ts';
import { jobsApi } from './api.ts';
import { jobQueue, jobStore } from './store.ts';

export { prewarm } from '../../../functions/adapters/aws/lambda/prewarm.ts';

const env = readEnv({ JOBS_TABLE: resource, QUEUE_URL: resource });
const ports = { jobs: jobStore(env.JOBS_TABLE), queue: jobQueue(env.QUEUE_URL), clock: systemClock, meter };

export const handler = onLambda(jobsApi(ports, { authenticate: authenticator({}, authorizerClaims) }));
