import type { Rule } from '../rule.ts';
import { alertsReachSomebody } from './alerts-reach-somebody.ts';
import { appRolesAreNotWide } from './app-roles-are-not-wide.ts';
import { appWaitsForItsRoles } from './app-waits-for-its-roles.ts';
import { argumentsExistInAzurerm5 } from './arguments-exist-in-azurerm-5.ts';
import { codeBelongsToOneApp } from './code-belongs-to-one-app.ts';
import { dataPlaneNeedsARole } from './data-plane-needs-a-role.ts';
import { deployersAreLimited } from './deployers-are-limited.ts';
import { firewallFitsItsProfile } from './firewall-fits-its-profile.ts';
import { flexAppArgumentsFit } from './flex-app-arguments-fit.ts';
import { flexAppTakesNoZip } from './flex-app-takes-no-zip.ts';
import { frontDoorIsWatched } from './front-door-is-watched.ts';
import { frontDoorNamesFit } from './front-door-names-fit.ts';
import { groupCanBeDestroyed } from './group-can-be-destroyed.ts';
import { hostStorageGoesByIdentity } from './host-storage-goes-by-identity.ts';
import { logAlertSkipsValidation } from './log-alert-skips-validation.ts';
import { nameInputsAreValidated } from './name-inputs-are-validated.ts';
import { providersAreRegistered } from './providers-are-registered.ts';
import { ruleWaitsForItsOrigin } from './rule-waits-for-its-origin.ts';
import { storageGoesByAccountId } from './storage-goes-by-account-id.ts';
import { tableNeedsASharedKey } from './table-needs-a-shared-key.ts';
import { timerAppsHaveADeadMansSwitch } from './timer-apps-have-a-dead-mans-switch.ts';

const rules: readonly Rule[] = [
  providersAreRegistered,
  argumentsExistInAzurerm5,
  nameInputsAreValidated,
  flexAppTakesNoZip,
  hostStorageGoesByIdentity,
  appWaitsForItsRoles,
  codeBelongsToOneApp,
  tableNeedsASharedKey,
  storageGoesByAccountId,
  dataPlaneNeedsARole,
  ruleWaitsForItsOrigin,
  logAlertSkipsValidation,
  alertsReachSomebody,
  frontDoorIsWatched,
  timerAppsHaveADeadMansSwitch,
  appRolesAreNotWide,
  groupCanBeDestroyed,
  deployersAreLimited,
  flexAppArgumentsFit,
  firewallFitsItsProfile,
  frontDoorNamesFit,
];

export default rules;
