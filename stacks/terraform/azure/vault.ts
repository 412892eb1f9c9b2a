import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault/index.js';
import { ResourceGroupTemplateDeployment } from '@cdktf/provider-azurerm/lib/resource-group-template-deployment/index.js';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { vaultName } from '../../model/clouds/azure-names.ts';
import { physicalName } from '../../model/names.ts';
import type { SecretName } from '../../model/services.ts';
import type { Place } from './location.ts';

export interface VaultProps {
  readonly place: Place;
  readonly tenantId: string;
  readonly partnerSecret: string;
}

const name: SecretName = 'partner-signing-key';

/** The key vault, and the first version of the secret that signs calls to the partner. */
export class Vault extends Construct {
  /** Roles on the secret wait for it. */
  readonly secret: ResourceGroupTemplateDeployment;
  private readonly vault: KeyVault;

  constructor(scope: Construct, id: string, { place, tenantId, partnerSecret }: VaultProps) {
    super(scope, id);
    const { stage, location, resourceGroupName } = place;
    this.vault = new KeyVault(this, 'Vault', {
      name: vaultName(stage, place.suffix),
      ...{ location, resourceGroupName, tenantId },
      skuName: 'standard',
      rbacAuthorizationEnabled: true,
      // The shortest that Azure allows, where the stage is not kept.
      softDeleteRetentionDays: stage.keepData ? 90 : 7,
      purgeProtectionEnabled: stage.keepData,
      lifecycle: { preventDestroy: stage.keepData },
    });
    // Through the management plane: whoever applies needs no role on the secrets.
    this.secret = new ResourceGroupTemplateDeployment(this, 'Secret', {
      name: physicalName(stage.name, name),
      resourceGroupName,
      deploymentMode: 'Incremental',
      templateContent: JSON.stringify(template(this.vault.name)),
      parametersContent: Fn.jsonencode({ value: { value: partnerSecret } }),
      // A rotation makes a new version, which a later deployment would replace with the first value again.
      lifecycle: { ignoreChanges: ['parameters_content', 'template_content'] },
    });
  }

  /** Without a version: the newest one. */
  urlOf(secret: SecretName): string {
    return `${this.vault.vaultUri}secrets/${secret}`;
  }

  /** The scope of a role on one secret. */
  scopeOf(secret: SecretName): string {
    return `${this.vault.id}/secrets/${secret}`;
  }
}

const template = (vault: string) => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { value: { type: 'securestring' } },
  resources: [
    {
      type: 'Microsoft.KeyVault/vaults/secrets',
      apiVersion: '2023-07-01',
      name: `${vault}/${name}`,
      properties: { value: "[parameters('value')]" },
    },
  ],
});
