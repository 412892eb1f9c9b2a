import { FunctionAppFlexConsumption } from '@cdktf/provider-azurerm/lib/function-app-flex-consumption/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { Construct } from 'constructs';
import {
  fewestInstances,
  fulfilmentsAtOnce,
  httpConcurrency,
  instanceMemoryMb,
  messagesAtOnce,
  mostInstances,
} from '../../model/clouds/azure-host.ts';
import { appName, hostAccount } from '../../model/clouds/azure-names.ts';
import { type CloudService, cloudServices, toScaling } from '../../model/clouds/scaling.ts';
import { fulfilmentEnvironment } from '../../model/environments/fulfilment-environment.ts';
import { serviceEnvironment } from '../../model/environments/service-environment.ts';
import { physicalName } from '../../model/names.ts';
import { secretsOf } from '../../model/secrets.ts';
import { services } from '../../model/services.ts';
import { isTimerWorker } from '../../model/workers.ts';
import type { CommonInputs } from '../inputs.ts';
import type { Data } from './data.ts';
import { type Place, storageRules } from './location.ts';
import type { Vault } from './vault.ts';

export interface FunctionsProps {
  readonly place: Place;
  readonly data: Data;
  readonly vault: Vault;
  readonly inputs: CommonInputs;
  /** Connection string of Application Insights. */
  readonly insights: string;
  /** The Front Door profile that may call the API. */
  readonly frontDoorId: string;
}

/** A function app for each service, so that each has its own scaling and permissions. */
export class Functions extends Construct {
  private readonly props: FunctionsProps;
  private readonly apps: ReadonlyMap<CloudService, FunctionAppFlexConsumption>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.props = props;
    this.apps = new Map(cloudServices.map((service) => [service, this.add(service)]));
  }

  hostNameOf(service: CloudService): string {
    return this.appOf(service).defaultHostname;
  }

  nameOf(service: CloudService): string {
    return this.appOf(service).name;
  }

  private appOf(service: CloudService): FunctionAppFlexConsumption {
    const app = this.apps.get(service);
    if (!app) throw new Error(`service: must be one of ${cloudServices.join(', ')}, got '${service}'`);
    return app;
  }

  private add(service: CloudService): FunctionAppFlexConsumption {
    const { place, data, insights } = this.props;
    const { stage, location, resourceGroupName } = place;
    const name = physicalName(stage.name, service);
    const identity = data.of(service);
    const host = this.addHost(service, identity.principalId);
    const { minInstances, maxInstances } = toScaling(stage, service);
    const isApi = services[service].trigger.kind === 'api';
    return new FunctionAppFlexConsumption(this, service, {
      name: appName(stage, place.suffix, service),
      ...{ location, resourceGroupName },
      servicePlanId: new ServicePlan(this, `${service}-plan`, {
        ...{ name, location, resourceGroupName },
        osType: 'Linux',
        skuName: 'FC1',
      }).id,
      runtimeName: 'node',
      runtimeVersion: '22',
      storageContainerType: 'blobContainer',
      storageContainerEndpoint: `${host.account.primaryBlobEndpoint}${host.container.name}`,
      storageAuthenticationType: 'UserAssignedIdentity',
      storageUserAssignedIdentityId: identity.id,
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      instanceMemoryInMb: instanceMemoryMb(stage, service),
      maximumInstanceCount: Math.min(mostInstances, Math.max(fewestInstances, maxInstances)),
      ...(isApi && { httpConcurrency }),
      ...(minInstances > 0 && { alwaysReady: [{ name: 'http', instanceCount: minInstances }] }),
      httpsOnly: true,
      webdeployPublishBasicAuthenticationEnabled: false,
      siteConfig: {
        minimumTlsVersion: '1.2',
        applicationInsightsConnectionString: insights,
        ...(isApi && this.throughFrontDoor()),
      },
      appSettings: this.settings(service, identity.clientId, host.account.name),
      // The app's host reads storage as soon as it starts.
      dependsOn: [host.grant, ...data.grantsOf(service)],
    });
  }

  /**
   * An account for each app, with its code, leases and keys. The host needs the owner role on the whole account, and
   * must not be able to change another app's code.
   */
  private addHost(service: CloudService, principalId: string) {
    const account = new StorageAccount(this, `${service}-host`, {
      ...storageRules(this.props.place, hostAccount(service)),
      accountReplicationType: 'ZRS',
    });
    const grant = new RoleAssignment(this, `${service}-host-owner`, {
      scope: account.id,
      roleDefinitionName: 'Storage Blob Data Owner',
      principalId,
      principalType: 'ServicePrincipal',
    });
    const container = new StorageContainer(this, `${service}-package`, {
      name: service,
      storageAccountId: account.id,
      containerAccessType: 'private',
    });
    return { account, grant, container };
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

  private settings(service: CloudService, clientId: string, hostAccount: string): Record<string, string> {
    const { place, data, vault, inputs } = this.props;
    const toIdentitySettings = (prefix: string) => ({
      [`${prefix}__credential`]: 'managedidentity',
      [`${prefix}__clientId`]: clientId,
    });
    return {
      ...serviceEnvironment(place.stage, service, { tokens: inputs, originSecret: inputs.acceptedSecrets }),
      ...toIdentitySettings('AzureWebJobsStorage'),
      AzureWebJobsStorage__accountName: hostAccount,
      // Otherwise the provider adds a connection string with an empty key, which wins over the identity.
      AzureWebJobsStorage: '',
      ...toIdentitySettings('DATA'),
      DATA__tableServiceUri: data.account.primaryTableEndpoint,
      DATA__queueServiceUri: data.account.primaryQueueEndpoint,
      ...Object.fromEntries(secretsOf(service).map(({ env, secret }) => [env, vault.urlOf(secret)])),
      ...(service === 'projection' && {
        // Each minute: how long an event waits if its outbox notice is lost.
        SWEEP_SCHEDULE: '0 * * * * *',
        CANCELLABLE_MS: fulfilmentEnvironment(place.stage).CANCELLABLE_MS,
      }),
      ...(isTimerWorker(service) && {
        [`${service.toUpperCase()}_SCHEDULE`]: `0 */${place.stage[service].everyMinutes} * * * *`,
      }),
      ...(service === 'fulfilment' && messagesAtOnce(fulfilmentsAtOnce(place.stage))),
    };
  }
}
