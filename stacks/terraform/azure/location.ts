import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import type { Construct } from 'constructs';
import { accountName, groupName } from '../../model/clouds/azure-names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** The location of a stage's resources, and their common name parts. */
export interface Place {
  readonly stage: Stage;
  /** Makes globally unique names: letters and digits, up to 8. */
  readonly suffix: string;
  readonly location: string;
  readonly resourceGroupName: string;
  readonly groupId: string;
}

export function addPlace(scope: Construct, stage: Stage, location: string, suffix: string): Place {
  const group = new ResourceGroup(scope, 'Group', {
    name: groupName(stage),
    location,
    lifecycle: { preventDestroy: stage.keepData },
  });
  return { stage, suffix, location: group.location, resourceGroupName: group.name, groupId: group.id };
}

/** Settings of every storage account: no shared keys, every caller uses an identity. */
export const storageRules = (place: Place, what: string) => ({
  name: accountName(place.stage, place.suffix, what),
  resourceGroupName: place.resourceGroupName,
  location: place.location,
  accountTier: 'Standard',
  minTlsVersion: 'TLS1_2',
  httpsTrafficOnlyEnabled: true,
  sharedAccessKeyEnabled: false,
  // Does not affect static websites, which are served regardless.
  allowNestedItemsToBePublic: false,
  defaultToOauthAuthentication: true,
});
