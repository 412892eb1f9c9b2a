import type { Rule } from '../rule.ts';
import { apiMayInvokeItsFunctions } from './access/api-may-invoke-its-functions.ts';
import { functionUrlsMayBeCalled } from './access/function-urls-may-be-called.ts';
import { originsKnowTheirCdn } from './access/origins-know-their-cdn.ts';
import { rateRulesSpareSharedAddresses } from './access/rate-rules-spare-shared-addresses.ts';
import { rolesNameTheirResources } from './access/roles-name-their-resources.ts';
import { rulesMayReachTheirTargets } from './access/rules-may-reach-their-targets.ts';
import { signUpMailsArrive } from './access/sign-up-mails-arrive.ts';
import { alarmActionsAreDelivered } from './alarms/alarm-actions-are-delivered.ts';
import { alarmTopicsHaveASubscriber } from './alarms/alarm-topics-have-a-subscriber.ts';
import { alarmsCanFire } from './alarms/alarms-can-fire.ts';
import { apisHaveAlarms } from './alarms/apis-have-alarms.ts';
import { edgeMetricsAreTurnedOn } from './alarms/edge-metrics-are-turned-on.ts';
import { silentFailuresHaveAlarms } from './alarms/silent-failures-have-alarms.ts';
import { timersHaveADeadMansSwitch } from './alarms/timers-have-a-dead-mans-switch.ts';
import { keptTablesCanBeRecovered } from './data/kept-tables-can-be-recovered.ts';
import { stagesAreKeptWhole } from './data/stages-are-kept-whole.ts';
import { edgePoliciesFitTheAccount } from './quotas/edge-policies-fit-the-account.ts';
import { environmentsFitTheAccount } from './quotas/environments-fit-the-account.ts';
import { namesFit } from './quotas/names-fit.ts';
import { routesFitTheAccount } from './quotas/routes-fit-the-account.ts';
import { scalingFloorsAreReached } from './quotas/scaling-floors-are-reached.ts';
import { newIndexesAreSeen } from './terraform/new-indexes-are-seen.ts';
import { secretsCanBeCreatedAgain } from './terraform/secrets-can-be-created-again.ts';
import { batchesFailInPart } from './workers/batches-fail-in-part.ts';
import { failuresHaveADestination } from './workers/failures-have-a-destination.ts';
import { messagesStayHiddenWhileWorkedOn } from './workers/messages-stay-hidden-while-worked-on.ts';
import { queueWorkersAreCapped } from './workers/queue-workers-are-capped.ts';

const rules: readonly Rule[] = [
  apiMayInvokeItsFunctions,
  functionUrlsMayBeCalled,
  originsKnowTheirCdn,
  rateRulesSpareSharedAddresses,
  rolesNameTheirResources,
  rulesMayReachTheirTargets,
  signUpMailsArrive,
  alarmActionsAreDelivered,
  alarmTopicsHaveASubscriber,
  alarmsCanFire,
  apisHaveAlarms,
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
  newIndexesAreSeen,
  secretsCanBeCreatedAgain,
  batchesFailInPart,
  failuresHaveADestination,
  messagesStayHiddenWhileWorkedOn,
  queueWorkersAreCapped,
];

export default rules;
