import { ManagementLock } from '@cdktf/provider-azurerm/lib/management-lock/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageQueue } from '@cdktf/provider-azurerm/lib/storage-queue/index.js';
import { StorageTable } from '@cdktf/provider-azurerm/lib/storage-table/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import { poisonQueue, type QueueName, queues, tableName } from '../../../functions/adapters/azure/resources.ts';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { physicalName } from '../../model/names.ts';
import { type Place, storageRules } from './place.ts';

type Queue = QueueName | `${QueueName}-poison`;

/** Which queues a service sends to, and which one it works off. */
const use: Readonly<Record<CloudService, { readonly sends: readonly Queue[]; readonly takes?: QueueName }>> = {
  catalog: { sends: [] },
  intake: { sends: [queues.orders, queues.outbox] },
  settlement: { sends: [queues.outbox, poisonQueue(queues.orders)], takes: queues.orders },
  projection: { sends: [queues.fulfilments, poisonQueue(queues.outbox)], takes: queues.outbox },
  // To its own queue goes what has to wait for the partner.
  fulfilment: {
    sends: [queues.outbox, queues.fulfilments, poisonQueue(queues.fulfilments)],
    takes: queues.fulfilments,
  },
  stock: { sends: [] },
  // It asks again, and leaves the work to those who take from there.
  sweeper: { sends: [queues.orders, queues.fulfilments] },
};

/** The queues that nobody works off by itself: somebody has to look. */
export const deadLetterQueues = Object.values(queues).map(poisonQueue);

/** The account of the data, and an identity for each service with no more than it needs of it. */
export class Data extends Construct {
  readonly account: StorageAccount;
  private readonly identities: ReadonlyMap<CloudService, UserAssignedIdentity>;
  private readonly queueIds: ReadonlyMap<Queue, string>;

  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const { stage } = place;
    this.account = new StorageAccount(this, 'Account', {
      ...storageRules(place, 'data'),
      accountKind: 'StorageV2',
      // Three zones; what must survive a region, in a second one too.
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
    const table = new StorageTable(this, 'Table', { name: tableName, storageAccountName: this.account.name });
    const names = Object.values(queues).flatMap((name): Queue[] => [name, poisonQueue(name)]);
    this.queueIds = new Map(
      names.map((name) => {
        const queue = new StorageQueue(this, name, { name, storageAccountName: this.account.name });
        return [name, `${this.account.id}/queueServices/default/queues/${queue.name}`];
      }),
    );
    this.identities = new Map(cloudServices.map((service) => [service, this.addIdentity(place, service, table)]));
  }

  of(service: CloudService): UserAssignedIdentity {
    const identity = this.identities.get(service);
    if (!identity) throw new Error(`service '${service}': must be one of ${cloudServices.join(', ')}`);
    return identity;
  }

  private addIdentity(place: Place, service: CloudService, table: StorageTable): UserAssignedIdentity {
    const identity = new UserAssignedIdentity(this, `${service}-identity`, {
      name: physicalName(place.stage.name, service),
      resourceGroupName: place.resourceGroupName,
      location: place.location,
    });
    const grant = (what: string, scope: string, roleDefinitionName: string) =>
      new RoleAssignment(this, `${service}-${what}`, { scope, roleDefinitionName, principalId: identity.principalId });
    const tableScope = `${this.account.id}/tableServices/default/tables/${table.name}`;
    const rights = service === 'catalog' ? 'Storage Table Data Reader' : 'Storage Table Data Contributor';
    grant('table', tableScope, rights);
    const { sends, takes } = use[service];
    for (const queue of sends) grant(`send-${queue}`, this.queueId(queue), 'Storage Queue Data Message Sender');
    if (takes) {
      grant(`take-${takes}`, this.queueId(takes), 'Storage Queue Data Message Processor');
      // The host reads how much waits, to scale, and copies there what it gives up.
      grant(`watch-${takes}`, this.queueId(takes), 'Storage Queue Data Reader');
      grant(`give-up-${takes}`, this.queueId(poisonQueue(takes)), 'Storage Queue Data Contributor');
    }
    return identity;
  }

  private queueId(queue: Queue): string {
    const id = this.queueIds.get(queue);
    if (id === undefined) throw new Error(`queue '${queue}': must be one of ${[...this.queueIds.keys()].join(', ')}`);
    return id;
  }
}
