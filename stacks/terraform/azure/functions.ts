import { FunctionAppFlexConsumption } from '@cdktf/provider-azurerm/lib/function-app-flex-consumption/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { Construct } from 'constructs';
import { fewestInstances, fulfilmentsAtOnce, messagesAtOnce } from '../../model/clouds/azure-host.ts';
import { type CloudService, cloudServices, toScaling } from '../../model/clouds/scaling.ts';
import { fulfilmentEnvironment } from '../../model/environments/fulfilment-environment.ts';
import { serviceEnvironment } from '../../model/environments/service-environment.ts';
import { physicalName } from '../../model/names.ts';
import { services } from '../../model/services.ts';
import type { Code } from '../code.ts';
import type { CommonInputs } from '../inputs.ts';
import type { Data } from './data.ts';
import { type Place, storageRules } from './place.ts';

export interface FunctionsProps {
  readonly place: Place;
  readonly data: Data;
  readonly inputs: CommonInputs;
  /** Connection string of Application Insights. */
  readonly insights: string;
  /** The Front Door profile that may call the API. */
  readonly frontDoorId: string;
  readonly codeOf: (service: CloudService) => Code;
}

/** The instance sizes of Flex Consumption, MB. */
const memorySizes = [512, 2048, 4096];
const mostInstances = 1000;

/** A function app for each service, so that each has its own scaling and permissions. */
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
    if (!app) throw new Error(`service: must be one of ${cloudServices.join(', ')}, got '${service}'`);
    return app;
  }

  private add(service: CloudService): FunctionAppFlexConsumption {
    const { place, data, insights, codeOf } = this.props;
    const { stage, location, resourceGroupName } = place;
    const name = physicalName(stage.name, service);
    const identity = data.of(service);
    const container = this.addPackageContainer(service, identity.principalId);
    const { minInstances, maxInstances } = toScaling(stage, service);
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

  private addPackageContainer(service: CloudService, principalId: string): StorageContainer {
    // The host stores leases and packages there.
    new RoleAssignment(this, `${service}-host`, {
      scope: this.host.id,
      roleDefinitionName: 'Storage Blob Data Owner',
      principalId,
    });
    return new StorageContainer(this, `${service}-package`, {
      name: service,
      storageAccountId: this.host.id,
      containerAccessType: 'private',
    });
  }

  /** Allows only the stage's own Front Door profile, which the header identifies. */
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
    const toIdentitySettings = (prefix: string) => ({
      [`${prefix}__credential`]: 'managedidentity',
      [`${prefix}__clientId`]: clientId,
    });
    return {
      ...serviceEnvironment(place.stage, service, { tokens: inputs, originSecret: inputs.acceptedSecrets }),
      ...toIdentitySettings('AzureWebJobsStorage'),
      AzureWebJobsStorage__accountName: this.host.name,
      ...toIdentitySettings('DATA'),
      DATA__tableServiceUri: data.account.primaryTableEndpoint,
      DATA__queueServiceUri: data.account.primaryQueueEndpoint,
      ...(service === 'projection' && {
        // Each minute: how long an event waits if its outbox notice is lost.
        SWEEP_SCHEDULE: '0 * * * * *',
        CANCELLABLE_MS: fulfilmentEnvironment(place.stage).CANCELLABLE_MS,
      }),
      ...(service === 'sweeper' && { SWEEPER_SCHEDULE: `0 */${place.stage.sweeper.everyMinutes} * * * *` }),
      ...(service === 'fulfilment' && messagesAtOnce(fulfilmentsAtOnce(place.stage))),
    };
  }
}
