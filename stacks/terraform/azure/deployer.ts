import { FederatedIdentityCredential } from '@cdktf/provider-azurerm/lib/federated-identity-credential/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { RoleDefinition } from '@cdktf/provider-azurerm/lib/role-definition/index.js';
import type { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { physicalName } from '../../model/names.ts';
import { deployIssuer, deploySubject } from '../../model/operations/deploy-role.ts';
import type { DeploySettings } from '../../model/stages/stage-settings.ts';
import type { Place } from './location.ts';

export interface DeployerProps {
  readonly place: Place;
  readonly deploy: DeploySettings;
  /** `/subscriptions/ID` */
  readonly subscription: string;
  /** The page's storage account. */
  readonly page: StorageAccount;
}

/** Actions of the provider on the subscription, outside the stage's group. */
const subscriptionReads = [
  'Microsoft.Resources/subscriptions/read',
  'Microsoft.Resources/subscriptions/providers/read',
];

/**
 * The identity that a workflow deploys the stage with. It changes resources in the stage's group, but no role: a person
 * applies changes of rights.
 */
export class Deployer extends Construct {
  private readonly identity: UserAssignedIdentity;

  constructor(scope: Construct, id: string, { place, deploy, subscription, page }: DeployerProps) {
    super(scope, id);
    const { stage, location, resourceGroupName, suffix } = place;
    const name = physicalName(stage.name, 'deploy');
    this.identity = new UserAssignedIdentity(this, 'Identity', { name, location, resourceGroupName });
    this.trust(deploy, resourceGroupName);
    const reader = new RoleDefinition(this, 'Reader', {
      // Role names are unique in a directory.
      name: `${name}-${suffix}`,
      description: `Reads what a deploy of ${stage.name} asks of the subscription`,
      scope: subscription,
      permissions: [{ actions: subscriptionReads }],
      assignableScopes: [subscription],
    });
    this.grant('subscription', { scope: subscription, roleDefinitionId: reader.roleDefinitionResourceId });
    this.grant('group', { scope: place.groupId, roleDefinitionName: 'Contributor' });
    this.grant('page', { scope: page.id, roleDefinitionName: 'Storage Blob Data Contributor' });
    new TerraformOutput(this, 'DeployClientId', { value: this.identity.clientId, staticId: true });
  }

  private trust(deploy: DeploySettings, resourceGroupName: string): void {
    const credential = new FederatedIdentityCredential(this, 'GitHub', {
      name: 'github',
      audience: ['api://AzureADTokenExchange'],
      issuer: deployIssuer,
      subject: deploySubject(deploy),
      ...{ parentId: this.identity.id, resourceGroupName },
    });
    // azurerm 5's name for the argument; the bindings describe version 4.
    credential.addOverride('user_assigned_identity_id', this.identity.id);
    credential.addOverride('parent_id', undefined);
    credential.addOverride('resource_group_name', undefined);
  }

  private grant(
    what: string,
    role: { readonly scope: string; readonly roleDefinitionName?: string; readonly roleDefinitionId?: string },
  ): void {
    new RoleAssignment(this, `may-${what}`, {
      ...role,
      principalId: this.identity.principalId,
      principalType: 'ServicePrincipal',
    });
  }
}
