import type { Rule } from '../rule.ts';
import { apiMayInvokeItsFunctions } from './access/api-may-invoke-its-functions.ts';
import { alarmActionsAreDelivered } from './alarms/alarm-actions-are-delivered.ts';
import { alarmTopicsHaveASubscriber } from './alarms/alarm-topics-have-a-subscriber.ts';
import { alarmsCanFire } from './alarms/alarms-can-fire.ts';
import { apisHaveAlarms } from './alarms/apis-have-alarms.ts';
import { silentFailuresHaveAlarms } from './alarms/silent-failures-have-alarms.ts';
import { timersHaveADeadMansSwitch } from './alarms/timers-have-a-dead-mans-switch.ts';

const rules: readonly Rule[] = [
  apiMayInvokeItsFunctions,
  alarmActionsAreDelivered,
  alarmTopicsHaveASubscriber,
  alarmsCanFire,
  apisHaveAlarms,
  silentFailuresHaveAlarms,
  timersHaveADeadMansSwitch,
];

export default rules;
