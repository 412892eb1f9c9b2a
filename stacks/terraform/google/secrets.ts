import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { findSecretAccess, secretName } from '../../model/partner-secret.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { Identities } from './identities.ts';

export interface SecretsProps {
  readonly stage: Stage;
  readonly identities: Identities;
  readonly partnerSecret: string;
}

/** A folder of its own: a mount hides what was there before. */
const mountPath = '/etc/partner';

/** The secret that signs calls to the partner, mounted as a file that always holds its newest version. */
export class Secrets extends Construct {
  private readonly secret: SecretManagerSecret;
  private readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { stage, identities, partnerSecret }: SecretsProps) {
    super(scope, id);
    this.secret = new SecretManagerSecret(this, 'Secret', {
      secretId: secretName(stage, 'partner-signing-key'),
      replication: { auto: {} },
      lifecycle: { preventDestroy: stage.keepData },
    });
    const version = new SecretManagerSecretVersion(this, 'Version', {
      secret: this.secret.id,
      secretData: partnerSecret,
      // It may be the newest one: destroying it takes the key from running functions.
      deletionPolicy: stage.keepData ? 'ABANDON' : 'DELETE',
      // A rotation adds versions, and may disable this one.
      lifecycle: { ignoreChanges: ['secret_data', 'enabled'] },
    });
    const readers = cloudServices.filter((service) => findSecretAccess(service) !== undefined);
    const grants = readers.map(
      (service) =>
        new SecretManagerSecretIamMember(this, `${service}-secret`, {
          secretId: this.secret.id,
          role: 'roles/secretmanager.secretAccessor',
          member: identities.of(service).member,
        }),
    );
    this.ready = [version, ...grants];
  }

  /** What the stage made. */
  get ids(): readonly string[] {
    return [this.secret.id];
  }

  /** What must exist before a function of the service is deployed. */
  neededBy(service: CloudService): readonly ITerraformDependable[] {
    return findSecretAccess(service) ? this.ready : [];
  }

  volumesFor(service: CloudService) {
    const { secret } = this;
    return findSecretAccess(service) ? [{ mountPath, projectId: secret.project, secret: secret.secretId }] : [];
  }

  /** A file has the name of its secret. */
  variablesFor(service: CloudService): Record<string, string> {
    const access = findSecretAccess(service);
    return access ? { [access.env]: `${mountPath}/${this.secret.secretId}` } : {};
  }
}
