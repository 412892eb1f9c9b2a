import type { Rule } from '../rule.ts';
import { alertNeedsNoNewMetric } from './alert-needs-no-new-metric.ts';
import { apisAreEnabled } from './apis-are-enabled.ts';
import { apisComeFirst } from './apis-come-first.ts';
import { buildsHaveAnAccount } from './builds-have-an-account.ts';
import { customersAreWatched } from './customers-are-watched.ts';
import { deadLettersMayBeForwarded } from './dead-letters-may-be-forwarded.ts';
import { endpointGroupIsOfCloudRun } from './endpoint-group-is-of-cloud-run.ts';
import { githubPoolsHaveACondition } from './github-pools-have-a-condition.ts';
import { instancesFitTheQuota } from './instances-fit-the-quota.ts';
import { internalFunctionsAreCalledDirectly } from './internal-functions-are-called-directly.ts';
import { rolesAreNotWide } from './roles-are-not-wide.ts';
import { schedulesHaveADeadMansSwitch } from './schedules-have-a-dead-mans-switch.ts';
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
  customersAreWatched,
  schedulesHaveADeadMansSwitch,
  rolesAreNotWide,
  githubPoolsHaveACondition,
];

export default rules;
