import type { Rule } from '../rule.ts';
import { apiMayInvokeItsFunctions } from './access/api-may-invoke-its-functions.ts';
import { bucketsMayReachTheirTargets } from './access/buckets-may-reach-their-targets.ts';
import { functionUrlsMayBeCalled } from './access/function-urls-may-be-called.ts';
import { managedPoliciesAreNotWide } from './access/managed-policies-are-not-wide.ts';
import { originsKnowTheirCdn } from './access/origins-know-their-cdn.ts';
import { rateRulesSpareSharedAddresses } from './access/rate-rules-spare-shared-addresses.ts';
import { rolesNameTheirResources } from './access/roles-name-their-resources.ts';
import { rolesTrustByName } from './access/roles-trust-by-name.ts';
import { rulesMayReachTheirTargets } from './access/rules-may-reach-their-targets.ts';
import { schedulesMayReachTheirTargets } from './access/schedules-may-reach-their-targets.ts';
import { signUpMailsArrive } from './access/sign-up-mails-arrive.ts';
import { topicsMayReachTheirSubscribers } from './access/topics-may-reach-their-subscribers.ts';
import { wafLogsHaveTheirPrefix } from './access/waf-logs-have-their-prefix.ts';
import { alarmActionsAreDelivered } from './alarms/alarm-actions-are-delivered.ts';
import { alarmThresholdsCanBeReached } from './alarms/alarm-thresholds-can-be-reached.ts';
import { alarmTopicsHaveASubscriber } from './alarms/alarm-topics-have-a-subscriber.ts';
import { alarmsCanFire } from './alarms/alarms-can-fire.ts';
import { alarmsLookBackFarEnough } from './alarms/alarms-look-back-far-enough.ts';
import { alarmsNotifySomebody } from './alarms/alarms-notify-somebody.ts';
import { apisHaveAlarms } from './alarms/apis-have-alarms.ts';
import { edgeAlarmsNameTheirRegion } from './alarms/edge-alarms-name-their-region.ts';
import { edgeMetricsAreTurnedOn } from './alarms/edge-metrics-are-turned-on.ts';
import { silentFailuresHaveAlarms } from './alarms/silent-failures-have-alarms.ts';
import { timersHaveADeadMansSwitch } from './alarms/timers-have-a-dead-mans-switch.ts';
import { keptTablesCanBeRecovered } from './data/kept-tables-can-be-recovered.ts';
import { stagesAreKeptWhole } from './data/stages-are-kept-whole.ts';
import { edgePoliciesFitTheAccount } from './quotas/edge-policies-fit-the-account.ts';
import { environmentVariablesFit } from './quotas/environment-variables-fit.ts';
import { environmentsFitTheAccount } from './quotas/environments-fit-the-account.ts';
import { namesFit } from './quotas/names-fit.ts';
import { rolePoliciesFit } from './quotas/role-policies-fit.ts';
import { routesFitTheAccount } from './quotas/routes-fit-the-account.ts';
import { scalingFloorsAreReached } from './quotas/scaling-floors-are-reached.ts';
import { releaseHooksMayBeRun } from './releases/release-hooks-may-be-run.ts';
import { releasedAliasesAreLeftAlone } from './releases/released-aliases-are-left-alone.ts';
import { releasesAreGuarded } from './releases/releases-are-guarded.ts';
import { releasesRollBack } from './releases/releases-roll-back.ts';
import { newIndexesAreSeen } from './terraform/new-indexes-are-seen.ts';
import { secretsCanBeCreatedAgain } from './terraform/secrets-can-be-created-again.ts';
import { batchesFailInPart } from './workers/batches-fail-in-part.ts';
import { bigBatchesHaveAWindow } from './workers/big-batches-have-a-window.ts';
import { failuresHaveADestination } from './workers/failures-have-a-destination.ts';
import { messagesStayHiddenWhileWorkedOn } from './workers/messages-stay-hidden-while-worked-on.ts';
import { queueWorkersAreCapped } from './workers/queue-workers-are-capped.ts';
import { schedulesAreSpelledRight } from './workers/schedules-are-spelled-right.ts';

const rules: readonly Rule[] = [
  apiMayInvokeItsFunctions,
  functionUrlsMayBeCalled,
  originsKnowTheirCdn,
  rateRulesSpareSharedAddresses,
  rolesNameTheirResources,
  managedPoliciesAreNotWide,
  rolesTrustByName,
  rulesMayReachTheirTargets,
  bucketsMayReachTheirTargets,
  topicsMayReachTheirSubscribers,
  schedulesMayReachTheirTargets,
  signUpMailsArrive,
  alarmActionsAreDelivered,
  alarmTopicsHaveASubscriber,
  alarmsCanFire,
  alarmThresholdsCanBeReached,
  alarmsNotifySomebody,
  apisHaveAlarms,
  edgeAlarmsNameTheirRegion,
  edgeMetricsAreTurnedOn,
  silentFailuresHaveAlarms,
  timersHaveADeadMansSwitch,
  keptTablesCanBeRecovered,
  stagesAreKeptWhole,
  edgePoliciesFitTheAccount,
  environmentsFitTheAccount,
  namesFit,
  routesFitTheAccount,
  scalingFloorsAreReached,
  releaseHooksMayBeRun,
  releasedAliasesAreLeftAlone,
  releasesAreGuarded,
  releasesRollBack,
  newIndexesAreSeen,
  secretsCanBeCreatedAgain,
  batchesFailInPart,
  failuresHaveADestination,
  messagesStayHiddenWhileWorkedOn,
  queueWorkersAreCapped,
  rolePoliciesFit,
  environmentVariablesFit,
  bigBatchesHaveAWindow,
  schedulesAreSpelledRight,
  alarmsLookBackFarEnough,
  wafLogsHaveTheirPrefix,
];

export default rules;
