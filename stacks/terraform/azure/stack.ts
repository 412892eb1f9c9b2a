import { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights/index.js';
import { CdnFrontdoorProfile } from '@cdktf/provider-azurerm/lib/cdn-frontdoor-profile/index.js';
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace/index.js';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import { TerraformStack, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { originReadTimeoutSeconds } from '../../model/checks/check-edge.ts';
import { checkStage } from '../../model/checks/check-stage.ts';
import { resourceProviders } from '../../model/clouds/azure-names.ts';
import { cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { CodeOf } from '../code.ts';
import { commonInputs, input } from '../inputs.ts';
import { addPublishing } from '../publishing.ts';
import { addState, terraformVersion } from '../state.ts';
import { subscription } from '../validations.ts';
import { Alerts } from './alerts.ts';
import { Data } from './data.ts';
import { Deployer } from './deployer.ts';
import { Edge } from './edge.ts';
import { Functions } from './functions.ts';
import { addPlace } from './location.ts';
import { Vault } from './vault.ts';

/** Workspaces keep logs for 30 to 730 days. */
const retentionDays = (stage: Stage): number => Math.min(730, Math.max(30, stage.logRetentionDays));

/** A stage on Azure, in data-flow order. */
export default class AzureStack extends TerraformStack {
  constructor(scope: Construct, { stage, codeOf }: { readonly stage: Stage; readonly codeOf: CodeOf }) {
    super(scope, physicalName(stage.name, 'azure'));
    checkStage(stage);
    const inputs = commonInputs(this, stage);
    const location = input(this, 'location', 'The Azure region', { default: 'westeurope' });
    const suffix = addSuffix(this);
    const subscriptionId = input(this, 'subscription_id', 'The Azure subscription', { validation: subscription });
    this.addProvider(stage, subscriptionId);
    addState(this, stage, 'azure');
    this.addOverride('terraform.required_version', terraformVersion(stage));
    this.addOverride('terraform.required_providers.azurerm', { source: 'hashicorp/azurerm', version: '>= 5.0, < 6' });

    const place = addPlace(this, stage, location, suffix);
    const { resourceGroupName } = place;
    const { objectId: publisherId, tenantId } = new DataAzurermClientConfig(this, 'Caller', {});
    const vault = new Vault(this, 'Vault', { place, tenantId, firstValues: inputs.firstValues });
    const data = new Data(this, 'Data', place, vault);
    const workspace = new LogAnalyticsWorkspace(this, 'Logs', {
      name: physicalName(stage.name, 'logs'),
      ...{ location: place.location, resourceGroupName },
      sku: 'PerGB2018',
      retentionInDays: retentionDays(stage),
    });
    const insights = new ApplicationInsights(this, 'Insights', {
      name: physicalName(stage.name, 'insights'),
      ...{ location: place.location, resourceGroupName },
      workspaceId: workspace.id,
      applicationType: 'Node.JS',
    });
    const profile = new CdnFrontdoorProfile(this, 'FrontDoor', {
      name: physicalName(stage.name, 'edge'),
      resourceGroupName,
      // Only Premium has managed rules.
      skuName: stage.edge.webAcl ? 'Premium_AzureFrontDoor' : 'Standard_AzureFrontDoor',
      responseTimeoutSeconds: Math.max(16, originReadTimeoutSeconds(stage)),
    });
    const functions = new Functions(this, 'Functions', {
      ...{ place, data, vault, inputs },
      insights: insights.connectionString,
      frontDoorId: profile.resourceGuid,
    });
    const { storefront } = new Edge(this, 'Edge', { place, profile, functions, inputs, publisherId });
    if (stage.deploy)
      new Deployer(this, 'Deploy', {
        ...{ place, deploy: stage.deploy, page: storefront },
        subscription: `/subscriptions/${subscriptionId}`,
      });
    new Alerts(this, 'Alerts', {
      place,
      data,
      workspaceId: workspace.id,
      edgeId: profile.id,
      email: inputs.alarmEmail,
    });
    addPublishing(this, {
      resourceGroup: resourceGroupName,
      pageAccount: storefront.name,
      packages: Object.fromEntries(
        cloudServices.map((service) => [service, { app: functions.nameOf(service), zip: codeOf(this, service).path }]),
      ),
      config: inputs.pageConfig,
    });
  }

  private addProvider(stage: Stage, subscriptionId: string): void {
    new AzurermProvider(this, 'azurerm', {
      subscriptionId,
      // By identity: the accounts have no keys.
      storageUseAzuread: true,
      // Version 5 registers none by itself, and a new subscription has few registered.
      resourceProviderRegistrations: 'none',
      resourceProvidersToRegister: [...resourceProviders],
      features: [
        {
          // Azure adds an alert rule of its own, which would keep the group of a deleted stage.
          applicationInsights: [{ disableGeneratedRule: true }],
          resourceGroup: [{ preventDeletionIfContainsResources: stage.keepData }],
          // A deleted workspace keeps its name for 14 days.
          logAnalyticsWorkspace: [{ permanentlyDeleteOnDestroy: !stage.keepData }],
          // A deleted vault keeps its name. A stage with kept data restores the vault.
          keyVault: [{ purgeSoftDeleteOnDestroy: !stage.keepData, recoverSoftDeletedKeyVaults: true }],
          // The table is deleted with its account.
          templateDeployment: [{ deleteNestedItemsDuringDeletion: false }],
        },
      ],
    });
  }
}

function addSuffix(scope: Construct): string {
  const suffix = new TerraformVariable(scope, 'suffix', {
    type: 'string',
    nullable: false,
    description: 'Suffix that makes names globally unique: 3 to 8 lowercase letters and digits',
  });
  suffix.addValidation({
    condition: `\${can(regex("^[a-z0-9]{3,8}$", var.suffix))}`,
    errorMessage: 'suffix must be 3 to 8 lowercase letters and digits: storage accounts accept nothing else.',
  });
  return suffix.stringValue;
}
