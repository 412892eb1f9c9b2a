import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault/index.js';
import { ResourceGroupTemplateDeployment } from '@cdktf/provider-azurerm/lib/resource-group-template-deployment/index.js';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { vaultName } from '../../model/clouds/azure-names.ts';
import { physicalName } from '../../model/names.ts';
import { toSecretId } from '../../model/secrets.ts';
import { type SecretName, secretNames } from '../../model/services.ts';
import type { FirstValues } from '../inputs.ts';
import type { Place } from './location.ts';

export interface VaultProps {
  readonly place: Place;
  readonly tenantId: string;
  readonly firstValues: FirstValues;
}

/** The key vault, and the first version of each secret. */
export class Vault extends Construct {
  private readonly vault: KeyVault;
  private readonly versions: ReadonlyMap<SecretName, ResourceGroupTemplateDeployment>;

  constructor(scope: Construct, id: string, { place, tenantId, firstValues }: VaultProps) {
    super(scope, id);
    const { stage, location, resourceGroupName } = place;
    this.vault = new KeyVault(this, 'Vault', {
      name: vaultName(stage, place.suffix),
      ...{ location, resourceGroupName, tenantId },
      skuName: 'standard',
      rbacAuthorizationEnabled: true,
      // The minimum that Azure allows, if the stage is not kept.
      softDeleteRetentionDays: stage.keepData ? 90 : 7,
      purgeProtectionEnabled: stage.keepData,
      lifecycle: { preventDestroy: stage.keepData },
    });
    this.versions = new Map(secretNames.map((secret) => [secret, this.add(secret, place, firstValues[secret])]));
  }

  /** Through the management plane, so that the applying identity needs no role on the secrets. */
  private add(secret: SecretName, { stage, resourceGroupName }: Place, value: string): ResourceGroupTemplateDeployment {
    return new ResourceGroupTemplateDeployment(this, toSecretId(secret, 'Secret'), {
      name: physicalName(stage.name, secret),
      resourceGroupName,
      deploymentMode: 'Incremental',
      templateContent: JSON.stringify(template(this.vault.name, secret)),
      parametersContent: Fn.jsonencode({ value: { value } }),
      // A rotation makes a new version, which a later deployment would replace with the first value again.
      lifecycle: { ignoreChanges: ['parameters_content', 'template_content'] },
    });
  }

  /** A role on the secret depends on this resource. */
  versionOf(secret: SecretName): ResourceGroupTemplateDeployment {
    const version = this.versions.get(secret);
    if (!version) throw new Error(`secret: must be one of ${secretNames.join(', ')}, got '${secret}'`);
    return version;
  }

  /** The URL without a version reads the newest one. */
  urlOf(secret: SecretName): string {
    return `${this.vault.vaultUri}secrets/${secret}`;
  }

  /** The scope of a role on one secret. */
  scopeOf(secret: SecretName): string {
    return `${this.vault.id}/secrets/${secret}`;
  }
}

const template = (vault: string, secret: SecretName) => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: { value: { type: 'securestring' } },
  resources: [
    {
      type: 'Microsoft.KeyVault/vaults/secrets',
      apiVersion: '2023-07-01',
      name: `${vault}/${secret}`,
      properties: { value: "[parameters('value')]" },
    },
  ],
});
