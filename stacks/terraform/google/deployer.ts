import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { type ITerraformDependable, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { deployPermissions } from '../../model/clouds/google-deploy-permissions.ts';
import { accountId, physicalName } from '../../model/names.ts';
import { deployIssuer, deploySubject } from '../../model/operations/deploy-role.ts';
import type { DeploySettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Identities } from './identities.ts';

export interface DeployerProps {
  readonly stage: Stage;
  readonly deploy: DeploySettings;
  readonly project: string;
  readonly projectNumber: string;
  readonly database: string;
  readonly identities: Identities;
  /** Names of the buckets for the functions' code and for the page. */
  readonly buckets: Readonly<Record<'sources' | 'page', string>>;
  /** Ids of the secrets that the stage creates. */
  readonly secrets: readonly string[];
}

/** Each project has one pool, with GitHub as its only provider. */
const pool = 'github';

/**
 * The account that a workflow deploys the stage with. It changes the stage's resources, but no policy: a person applies
 * changes of rights.
 */
export class Deployer extends Construct {
  private readonly account: ServiceAccount;
  private readonly props: DeployerProps;

  constructor(scope: Construct, id: string, props: DeployerProps) {
    super(scope, id);
    this.props = props;
    const { stage, deploy, project, projectNumber, database } = props;
    const made = deploy.createsProvider ? this.addPool(deploy) : [];
    this.account = new ServiceAccount(this, 'Account', {
      accountId: accountId(stage.name, 'deploy'),
      displayName: `Deploys ${stage.name} from ${deploy.repository}`,
    });
    const place = `projects/${projectNumber}/locations/global/workloadIdentityPools/${pool}`;
    new ServiceAccountIamMember(this, 'Workflow', {
      serviceAccountId: this.account.name,
      role: 'roles/iam.workloadIdentityUser',
      member: `principal://iam.googleapis.com/${place}/subject/${deploySubject(deploy)}`,
      dependsOn: [...made],
    });
    const role = new ProjectIamCustomRole(this, 'Role', {
      project,
      roleId: physicalName(stage.name, 'deploy').replaceAll('-', '_'),
      title: `Deploys ${stage.name}`,
      description: 'Changes resources, reads policies, and sees no data',
      permissions: [...deployPermissions],
    });
    const { member } = this.account;
    new ProjectIamMember(this, 'Project', { project, role: role.id, member });
    new ProjectIamMember(this, 'Pools', { project, role: 'roles/iam.workloadIdentityPoolViewer', member });
    new ProjectIamMember(this, 'Indexes', {
      ...{ project, member },
      role: 'roles/datastore.indexAdmin',
      condition: { title: 'database', expression: `resource.name == "projects/${project}/databases/${database}"` },
    });
    this.grantOnResources();
    new TerraformOutput(this, 'DeployAccount', { value: this.account.email, staticId: true });
    new TerraformOutput(this, 'DeployProvider', { value: `${place}/providers/${pool}`, staticId: true });
  }

  private addPool({ repository }: DeploySettings): readonly ITerraformDependable[] {
    const { project } = this.props;
    const made = new IamWorkloadIdentityPool(this, 'Pool', { project, workloadIdentityPoolId: pool });
    const provider = new IamWorkloadIdentityPoolProvider(this, 'Provider', {
      project,
      workloadIdentityPoolId: made.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: pool,
      attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
      // Any repository on GitHub gets tokens of this issuer.
      attributeCondition: `assertion.repository == '${repository}'`,
      oidc: { issuerUri: deployIssuer },
    });
    return [made, provider];
  }

  /**
   * Grants on code and page, on the first values of secrets, and to deploy functions that run as the stage's accounts.
   */
  private grantOnResources(): void {
    const { identities, buckets, secrets } = this.props;
    const { member } = this.account;
    const accounts = [...identities.accounts, ['pusher', identities.pusher], ['builder', identities.builder]] as const;
    for (const [name, { name: serviceAccountId }] of accounts)
      new ServiceAccountIamMember(this, `as-${name}`, {
        ...{ serviceAccountId, member },
        role: 'roles/iam.serviceAccountUser',
      });
    for (const [what, bucket] of Object.entries(buckets))
      new StorageBucketIamMember(this, `${what}-files`, { bucket, member, role: 'roles/storage.objectUser' });
    for (const [at, secretId] of secrets.entries())
      new SecretManagerSecretIamMember(this, `secret-${at}`, {
        ...{ secretId, member },
        role: 'roles/secretmanager.secretAccessor',
      });
  }
}
