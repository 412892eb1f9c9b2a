import { type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

interface Call {
  readonly resource: string;
  readonly url: string;
  readonly token: Json | undefined;
}

function callsOf(template: Template): Call[] {
  const pushes = template.ofType('google_pubsub_subscription').map((resource) => {
    const { push_endpoint: url, oidc_token: token } = blockOf(resource, 'push_config');
    return { resource: resource.id, url: String(url ?? ''), token };
  });
  const jobs = template.ofType('google_cloud_scheduler_job').map((resource) => {
    const { uri, oidc_token: token } = blockOf(resource, 'http_target');
    return { resource: resource.id, url: String(uri ?? ''), token };
  });
  return [...pushes, ...jobs].filter(({ url }) => url !== '');
}

function toProblem({ url, token }: Call): string | undefined {
  if (/cloudfunctions\.net/.test(url))
    return `it calls ${url}, which internal ingress refuses with 404. Call the function's run.app address`;
  const audience = toObject(toList(token)[0]).audience;
  if (audience !== url)
    return `its token's audience is ${String(audience ?? 'missing')}, and Cloud Run accepts only the called address ${url}: 401. Set the audience to it`;
  return undefined;
}

function check(template: Template): Finding[] {
  const isInternal = template
    .ofType('google_cloudfunctions2_function')
    .some((resource) => blockOf(resource, 'service_config').ingress_settings === 'ALLOW_INTERNAL_ONLY');
  if (!isInternal) return [];
  return callsOf(template).flatMap((call) => {
    const problem = toProblem(call);
    return problem === undefined ? [] : [{ resource: call.resource, problem }];
  });
}

const example = (url: string, audience: string): JsonObject => ({
  resource: {
    google_cloudfunctions2_function: {
      worker: {
        build_config: { service_account: 'a' },
        service_config: { ingress_settings: 'ALLOW_INTERNAL_ONLY' },
      },
    },
    google_cloud_scheduler_job: {
      worker: { http_target: { uri: url, oidc_token: { service_account_email: 'p', audience } } },
    },
    google_pubsub_subscription: {
      worker: { push_config: { push_endpoint: url, oidc_token: { service_account_email: 'p', audience } } },
    },
  },
});
const run = 'https://worker-123456789012.europe-west1.run.app';
const functions = 'https://europe-west1-shop.cloudfunctions.net/worker';

export const internalFunctionsAreCalledDirectly: Rule = {
  name: 'internal-functions-are-called-directly',
  what: 'Pub/Sub and Cloud Scheduler call a function with internal ingress at its run.app address, which is also the audience of their token.',
  why: 'Internal ingress accepts these services only there: a call to cloudfunctions.net gets a 404, and another audience a 401.',
  source: [
    'https://cloud.google.com/run/docs/securing/ingress',
    'https://cloud.google.com/run/docs/triggering/pubsub-push',
    'https://cloud.google.com/run/docs/triggering/https-request#deterministic',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example(functions, functions), good: example(run, run) },
    { bad: example(run, functions), good: example(run, run) },
  ],
};
