import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { Construct } from 'constructs';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { accountId } from '../../model/names.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';

/** Read-only for those that write nothing to the store. */
const storeRole: Readonly<Record<CloudService, string>> = {
  catalog: 'roles/datastore.viewer',
  intake: 'roles/datastore.user',
  settlement: 'roles/datastore.user',
  projection: 'roles/datastore.user',
  fulfilment: 'roles/datastore.user',
  stock: 'roles/datastore.user',
  sweeper: 'roles/datastore.user',
};

/**
 * Write logs and images, and read the copy of the source that Cloud Functions makes in a bucket of its own:
 * https://cloud.google.com/functions/docs/securing/build-custom-sa
 */
const builderRoles = ['roles/logging.logWriter', 'roles/artifactregistry.writer', 'roles/storage.objectViewer'];

/** A service account for each function, and one that Pub/Sub and Cloud Scheduler use to call the workers. */
export class Identities extends Construct {
  readonly accounts: ReadonlyMap<CloudService, ServiceAccount>;
  readonly pusher: ServiceAccount;
  /** Cloud Build's identity: a new project's default one may have no roles. */
  readonly builder: ServiceAccount;
  readonly builderRights: readonly ProjectIamMember[];

  constructor(scope: Construct, id: string, props: { stage: Stage; project: string; database: string }) {
    super(scope, id);
    const { stage, project, database } = props;
    const add = (name: string) =>
      new ServiceAccount(this, name, {
        accountId: accountId(stage.name, name),
        displayName: `${name} of ${stage.name}`,
      });
    this.accounts = new Map(cloudServices.map((service) => [service, add(service)]));
    this.pusher = add('pusher');
    this.builder = add('builder');
    this.builderRights = builderRoles.map(
      (role) =>
        new ProjectIamMember(this, `builder-${role.slice('roles/'.length)}`, {
          project,
          role,
          member: this.builder.member,
        }),
    );
    for (const [service, account] of this.accounts) {
      new ProjectIamMember(this, `${service}-store`, {
        project,
        role: storeRole[service],
        member: account.member,
        // Restricts the project-wide role to this database.
        condition: {
          title: 'database',
          expression: `resource.name == "projects/${project}/databases/${database}"`,
        },
      });
      for (const role of ['roles/logging.logWriter', 'roles/monitoring.metricWriter'])
        new ProjectIamMember(this, `${service}-${role.slice('roles/'.length)}`, {
          project,
          role,
          member: account.member,
        });
    }
  }

  of(service: CloudService): ServiceAccount {
    const account = this.accounts.get(service);
    if (!account) throw new Error(`service: must be one of ${cloudServices.join(', ')}, got '${service}'`);
    return account;
  }
}
