import type { Rule } from '../rule.ts';
import { alertNeedsNoNewMetric } from './alert-needs-no-new-metric.ts';
import { apisAreEnabled } from './apis-are-enabled.ts';
import { apisComeFirst } from './apis-come-first.ts';
import { buildsHaveAnAccount } from './builds-have-an-account.ts';
import { deadLettersMayBeForwarded } from './dead-letters-may-be-forwarded.ts';
import { endpointGroupIsOfCloudRun } from './endpoint-group-is-of-cloud-run.ts';
import { instancesFitTheQuota } from './instances-fit-the-quota.ts';
import { internalFunctionsAreCalledDirectly } from './internal-functions-are-called-directly.ts';
import { serverlessBackendHasNoTimeout } from './serverless-backend-has-no-timeout.ts';

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
];

export default rules;
