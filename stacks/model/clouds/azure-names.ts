import { projectInitials } from '../../../functions/contracts/project.ts';
import { physicalName } from '../names.ts';
import type { Stage } from '../stages/stage-settings.ts';
import { type CloudService, cloudServices } from './scaling.ts';

/** Registered by name: version 5 of the provider registers none by itself, and a new subscription has few. */
export const resourceProviders = [
  'Microsoft.AlertsManagement',
  'Microsoft.Cdn',
  'Microsoft.Insights',
  'Microsoft.KeyVault',
  'Microsoft.ManagedIdentity',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
  'Microsoft.Web',
] as const;

/** The resource group. */
export const groupName = ({ name }: Stage): string => physicalName(name, 'shop');

/** Storage account names have 3 to 24 letters and digits: initials up to 4, stage up to 8, a word of 4, suffix up to 8. */
export const accountName = ({ name }: Stage, suffix: string, what: string): string =>
  `${projectInitials}${name.replaceAll(/[^a-z0-9]/g, '').slice(0, 8)}${what}${suffix}`;

/** The account that holds an app's code. The first four letters of a service tell it apart. */
export const hostAccount = (service: CloudService): string => service.slice(0, 4);

/** Every storage account of a stage, by name. */
export const accountNames = (stage: Stage, suffix: string): string[] =>
  ['data', 'page', ...cloudServices.map(hostAccount)].map((what) => accountName(stage, suffix, what));

/** The key vault: 3 to 24 characters, like an account. */
export const vaultName = (stage: Stage, suffix: string): string => accountName(stage, suffix, 'keys');

export const appName = ({ name }: Stage, suffix: string, service: CloudService): string =>
  `${physicalName(name, service)}-${suffix}`;
