import type { Rule } from '../rule.ts';
import { alertNeedsNoNewMetric } from './alert-needs-no-new-metric.ts';
import { alertPoliciesFit } from './alert-policies-fit.ts';
import { alertPoliciesNotifySomebody } from './alert-policies-notify-somebody.ts';
import { apisAreEnabled } from './apis-are-enabled.ts';
import { apisComeFirst } from './apis-come-first.ts';
import { balancerHasOneScheme } from './balancer-has-one-scheme.ts';
import { buildsHaveAnAccount } from './builds-have-an-account.ts';
import { certificatesCanBeReplaced } from './certificates-can-be-replaced.ts';
import { concurrencyNeedsACpu } from './concurrency-needs-a-cpu.ts';
import { customersAreWatched } from './customers-are-watched.ts';
import { deadLettersMayBeForwarded } from './dead-letters-may-be-forwarded.ts';
import { endpointGroupIsOfCloudRun } from './endpoint-group-is-of-cloud-run.ts';
import { functionsWaitForSecrets } from './functions-wait-for-secrets.ts';
import { githubPoolsHaveACondition } from './github-pools-have-a-condition.ts';
import { instancesFitTheQuota } from './instances-fit-the-quota.ts';
import { internalFunctionsAreCalledDirectly } from './internal-functions-are-called-directly.ts';
import { originHeadersDecideAlone } from './origin-headers-decide-alone.ts';
import { rolesAreNotWide } from './roles-are-not-wide.ts';
import { schedulesHaveADeadMansSwitch } from './schedules-have-a-dead-mans-switch.ts';
import { serverlessBackendHasNoTimeout } from './serverless-backend-has-no-timeout.ts';
import { subscriptionsFit } from './subscriptions-fit.ts';
import { throttlesNameAnInterval } from './throttles-name-an-interval.ts';

const rules: readonly Rule[] = [
  apisAreEnabled,
  apisComeFirst,
  buildsHaveAnAccount,
  instancesFitTheQuota,
  internalFunctionsAreCalledDirectly,
  deadLettersMayBeForwarded,
  endpointGroupIsOfCloudRun,
  serverlessBackendHasNoTimeout,
  alertNeedsNoNewMetric,
  customersAreWatched,
  schedulesHaveADeadMansSwitch,
  rolesAreNotWide,
  githubPoolsHaveACondition,
  certificatesCanBeReplaced,
  subscriptionsFit,
  balancerHasOneScheme,
  originHeadersDecideAlone,
  throttlesNameAnInterval,
  functionsWaitForSecrets,
  concurrencyNeedsACpu,
  alertPoliciesFit,
  alertPoliciesNotifySomebody,
];

export default rules;
