import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import type { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** Where everything of a stage lies. */
export interface Place {
  readonly stage: Stage;
  /** Part of names that are one for the whole world: letters and digits, up to 8. */
  readonly suffix: string;
  readonly location: string;
  readonly resourceGroupName: string;
}

export function placeOf(scope: Construct, stage: Stage, location: string, suffix: string): Place {
  const group = new ResourceGroup(scope, 'Group', {
    name: physicalName(stage.name, 'shop'),
    location,
    lifecycle: { preventDestroy: stage.keepData },
  });
  return { stage, suffix, location: group.location, resourceGroupName: group.name };
}

/** Storage accounts take 3 to 24 letters and digits. */
const accountName = ({ stage, suffix }: Place, what: string): string =>
  `fs${stage.name.replaceAll(/[^a-z0-9]/g, '').slice(0, 8)}${what}${suffix}`;

/** What every storage account of a place is and refuses: nobody has a key to lose, every caller is an identity. */
export const storageRules = (place: Place, what: string) => ({
  name: accountName(place, what),
  resourceGroupName: place.resourceGroupName,
  location: place.location,
  accountTier: 'Standard',
  minTlsVersion: 'TLS1_2',
  httpsTrafficOnlyEnabled: true,
  sharedAccessKeyEnabled: false,
  // A static website is served all the same: its container is not one of those that this is about.
  allowNestedItemsToBePublic: false,
  defaultToOauthAuthentication: true,
});
