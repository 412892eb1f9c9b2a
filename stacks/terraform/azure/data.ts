import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock/index.js';
import { ResourceGroupTemplateDeployment } from '@cdktf/provider-azurerm/lib/resource-group-template-deployment/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { poisonQueue, type QueueName, queues, tableName } from '../../../functions/adapters/azure/resources.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import { secretsOf, toSecretId } from '../../model/secrets.ts';
import { type Place, storageRules } from './location.ts';
import type { Vault } from './vault.ts';

type Queue = QueueName | `${QueueName}-poison`;

/** The queues that a service sends to, and the one that it consumes. */
const use: Readonly<Record<CloudService, { readonly sends: readonly Queue[]; readonly takes?: QueueName }>> = {
  catalog: { sends: [] },
  intake: { sends: [queues.orders, queues.outbox] },
  settlement: { sends: [queues.outbox, poisonQueue(queues.orders)], takes: queues.orders },
  projection: { sends: [queues.fulfilments, poisonQueue(queues.outbox)], takes: queues.outbox },
  // It re-enqueues to its own queue while it waits for the partner.
  fulfilment: {
    sends: [queues.outbox, queues.fulfilments, poisonQueue(queues.fulfilments)],
    takes: queues.fulfilments,
  },
  stock: { sends: [] },
  // The sweeper only re-enqueues; the queues' workers do the rest.
  sweeper: { sends: [queues.orders, queues.fulfilments] },
};

/** Services that write nothing to the table. */
const readers: readonly CloudService[] = ['catalog'];

/** Queues without a worker: an operator must handle their messages. */
export const deadLetterQueues = Object.values(queues).map(poisonQueue);

/** The data's storage account, and a least-privilege identity for each service. */
export class Data extends Construct {
  readonly account: StorageAccount;
  private readonly identities: ReadonlyMap<CloudService, UserAssignedIdentity>;
  private readonly queueIds: ReadonlyMap<Queue, string>;
  private readonly grants = new Map<CloudService, RoleAssignment[]>();

  constructor(scope: Construct, id: string, place: Place, vault: Vault) {
    super(scope, id);
    const { stage } = place;
    this.account = new StorageAccount(this, 'Account', {
      ...storageRules(place, 'data'),
      accountKind: 'StorageV2',
      // Three zones; kept data also in a second region.
      accountReplicationType: stage.keepData ? 'GZRS' : 'ZRS',
      lifecycle: { preventDestroy: stage.keepData },
    });
    if (stage.deletionProtection)
      new ManagementLock(this, 'Lock', {
        name: physicalName(stage.name, 'data'),
        scope: this.account.id,
        lockLevel: 'CanNotDelete',
        notes: 'It holds the orders. Table Storage has no undelete.',
      });
    const table = this.addTable(place);
    const names = Object.values(queues).flatMap((name): Queue[] => [name, poisonQueue(name)]);
    this.queueIds = new Map(
      names.map((name) => {
        // By id: the management plane creates it, so that the applying identity needs no role on its data.
        const queue = new StorageQueue(this, name, { name, storageAccountId: this.account.id });
        return [name, `${this.account.id}/queueServices/default/queues/${queue.name}`];
      }),
    );
    this.identities = new Map(
      cloudServices.map((service) => [service, this.addIdentity(place, service, { table, vault })]),
    );
  }

  of(service: CloudService): UserAssignedIdentity {
    const identity = this.identities.get(service);
    if (!identity) throw new Error(`service: must be one of ${cloudServices.join(', ')}, got '${service}'`);
    return identity;
  }

  /** The role assignments of a service, which its host has to wait for. */
  grantsOf(service: CloudService): readonly RoleAssignment[] {
    return this.grants.get(service) ?? [];
  }

  /**
   * Through the management plane. The provider's own resource reads and writes the table's access policy, which the
   * service allows only with a shared key (azurerm 5.2.0, storage_table_resource.go), and the account has none.
   */
  private addTable({ stage, resourceGroupName }: Place): ResourceGroupTemplateDeployment {
    return new ResourceGroupTemplateDeployment(this, 'Table', {
      name: physicalName(stage.name, 'table'),
      resourceGroupName,
      deploymentMode: 'Incremental',
      templateContent: JSON.stringify({
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
        contentVersion: '1.0.0.0',
        resources: [
          {
            type: 'Microsoft.Storage/storageAccounts/tableServices/tables',
            apiVersion: '2023-05-01',
            name: `${this.account.name}/default/${tableName}`,
          },
        ],
      }),
    });
  }

  private addIdentity(
    place: Place,
    service: CloudService,
    { table, vault }: { readonly table: ResourceGroupTemplateDeployment; readonly vault: Vault },
  ): UserAssignedIdentity {
    const identity = new UserAssignedIdentity(this, `${service}-identity`, {
      name: physicalName(place.stage.name, service),
      resourceGroupName: place.resourceGroupName,
      location: place.location,
    });
    const grants: RoleAssignment[] = [];
    const grant = (what: string, scope: string, roleDefinitionName: string, dependsOn: ITerraformDependable[] = []) =>
      grants.push(
        new RoleAssignment(this, `${service}-${what}`, {
          ...{ scope, roleDefinitionName, dependsOn },
          principalId: identity.principalId,
          // A new identity may be missing in some directory replicas. If its type is given, Azure does not look it up.
          principalType: 'ServicePrincipal',
        }),
      );
    this.grants.set(service, grants);
    const tableScope = `${this.account.id}/tableServices/default/tables/${tableName}`;
    const rights = readers.includes(service) ? 'Storage Table Data Reader' : 'Storage Table Data Contributor';
    grant('table', tableScope, rights, [table]);
    for (const { secret } of secretsOf(service))
      grant(toSecretId(secret, 'secret'), vault.scopeOf(secret), 'Key Vault Secrets User', [vault.versionOf(secret)]);
    const { sends, takes } = use[service];
    for (const queue of sends) grant(`send-${queue}`, this.queueId(queue), 'Storage Queue Data Message Sender');
    if (takes) {
      grant(`take-${takes}`, this.queueId(takes), 'Storage Queue Data Message Processor');
      // The host reads the queue length to scale, and copies failed messages to the poison queue.
      grant(`watch-${takes}`, this.queueId(takes), 'Storage Queue Data Reader');
      grant(`give-up-${takes}`, this.queueId(poisonQueue(takes)), 'Storage Queue Data Contributor');
    }
    return identity;
  }

  private queueId(queue: Queue): string {
    const id = this.queueIds.get(queue);
    if (id === undefined)
      throw new Error(`queue: must be one of ${[...this.queueIds.keys()].join(', ')}, got '${queue}'`);
    return id;
  }
}
