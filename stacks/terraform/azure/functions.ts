import { FunctionAppFlexConsumption } from '@cdktf/provider-azurerm/lib/function-app-flex-consumption/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { Construct } from 'constructs';
import { fewestInstances, fulfilmentsAtOnce, messagesAtOnce } from '../../model/clouds/azure-host.ts';
import { type CloudService, cloudServices, scalingOf } from '../../model/clouds/scaling.ts';
import { fulfilmentEnvironment } from '../../model/environments/fulfilment-environment.ts';
import { physicalName } from '../../model/names.ts';
import { services } from '../../model/services.ts';
import type { Code } from '../code.ts';
import type { CommonInputs } from '../inputs.ts';
import { settingsOf } from '../settings.ts';
import type { Data } from './data.ts';
import { type Place, storageRules } from './place.ts';

export interface FunctionsProps {
  readonly place: Place;
  readonly data: Data;
  readonly inputs: CommonInputs;
  /** Of Application Insights. */
  readonly insights: string;
  /** The Front Door whose requests the API answers. */
  readonly frontDoorId: string;
  readonly codeOf: (service: CloudService) => Code;
}

/** Flex Consumption has these sizes. */
const memorySizes = [512, 2048, 4096];
const mostInstances = 1000;

/** A function app for each service, so that each scales and has rights of its own. */
export class Functions extends Construct {
  private readonly props: FunctionsProps;
  private readonly host: StorageAccount;
  private readonly apps: ReadonlyMap<CloudService, FunctionAppFlexConsumption>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    const { place } = props;
    this.host = new StorageAccount(this, 'Host', {
      ...storageRules(place, 'host'),
      accountReplicationType: 'ZRS',
    });
    this.apps = new Map(cloudServices.map((service) => [service, this.add(service)]));
  }

  hostNameOf(service: CloudService): string {
    return this.appOf(service).defaultHostname;
  }

  idOf(service: CloudService): string {
    return this.appOf(service).id;
  }

  private appOf(service: CloudService): FunctionAppFlexConsumption {
    const app = this.apps.get(service);
    if (!app) throw new Error(`service '${service}': must be one of ${cloudServices.join(', ')}`);
    return app;
  }

  private add(service: CloudService): FunctionAppFlexConsumption {
    const { place, data, insights, codeOf } = this.props;
    const { stage, location, resourceGroupName } = place;
    const name = physicalName(stage.name, service);
    const identity = data.of(service);
    // The host keeps leases and packages there.
    new RoleAssignment(this, `${service}-host`, {
      scope: this.host.id,
      roleDefinitionName: 'Storage Blob Data Owner',
      principalId: identity.principalId,
    });
    const container = new StorageContainer(this, `${service}-package`, {
      name: service,
      storageAccountId: this.host.id,
      containerAccessType: 'private',
    });
    const { minInstances, maxInstances } = scalingOf(stage, service);
    const isApi = services[service].trigger.kind === 'api';
    return new FunctionAppFlexConsumption(this, service, {
      name: `${name}-${place.suffix}`,
      ...{ location, resourceGroupName },
      servicePlanId: new ServicePlan(this, `${service}-plan`, {
        ...{ name, location, resourceGroupName },
        osType: 'Linux',
        skuName: 'FC1',
      }).id,
      runtimeName: 'node',
      runtimeVersion: '22',
      zipDeployFile: codeOf(service).path,
      storageContainerType: 'blobContainer',
      storageContainerEndpoint: `${this.host.primaryBlobEndpoint}${container.name}`,
      storageAuthenticationType: 'UserAssignedIdentity',
      storageUserAssignedIdentityId: identity.id,
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      instanceMemoryInMb: memorySizes.find((size) => size >= stage.functions[service].memoryMb) ?? 4096,
      maximumInstanceCount: Math.min(mostInstances, Math.max(fewestInstances, maxInstances)),
      ...(isApi && { httpConcurrency: 20 }),
      ...(minInstances > 0 && { alwaysReady: [{ name: 'http', instanceCount: minInstances }] }),
      httpsOnly: true,
      webdeployPublishBasicAuthenticationEnabled: false,
      siteConfig: {
        minimumTlsVersion: '1.2',
        applicationInsightsConnectionString: insights,
        ...(isApi && this.throughFrontDoor()),
      },
      appSettings: this.settings(service, identity.clientId),
    });
  }

  /** Its own Front Door and nobody else's: the header names the profile. */
  private throughFrontDoor() {
    return {
      ipRestrictionDefaultAction: 'Deny',
      ipRestriction: [
        {
          name: 'front-door',
          priority: 100,
          action: 'Allow',
          serviceTag: 'AzureFrontDoor.Backend',
          headers: [
            { xAzureFdid: [this.props.frontDoorId], xFdHealthProbe: [], xForwardedFor: [], xForwardedHost: [] },
          ],
        },
      ],
    };
  }

  private settings(service: CloudService, clientId: string): Record<string, string> {
    const { place, data, inputs } = this.props;
    const identityOf = (prefix: string) => ({
      [`${prefix}__credential`]: 'managedidentity',
      [`${prefix}__clientId`]: clientId,
    });
    return {
      ...settingsOf(place.stage, service, inputs, inputs.originSecret),
      ...identityOf('AzureWebJobsStorage'),
      AzureWebJobsStorage__accountName: this.host.name,
      ...identityOf('DATA'),
      DATA__tableServiceUri: data.account.primaryTableEndpoint,
      DATA__queueServiceUri: data.account.primaryQueueEndpoint,
      ...(service === 'projection' && {
        // What a lost notice of the outbox may take.
        SWEEP_SCHEDULE: '0 * * * * *',
        CANCELLABLE_MS: fulfilmentEnvironment(place.stage).CANCELLABLE_MS,
      }),
      ...(service === 'sweeper' && { SWEEPER_SCHEDULE: `0 */${place.stage.sweeper.everyMinutes} * * * *` }),
      ...(service === 'fulfilment' && messagesAtOnce(fulfilmentsAtOnce(place.stage))),
    };
  }
}
