import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { SecretManagerSecretVersion } from '@cdktf/provider-google/lib/secret-manager-secret-version/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type CloudService, cloudServices } from '../../model/clouds/scaling.ts';
import { secretName, secretsOf, toSecretId } from '../../model/secrets.ts';
import { type SecretName, secretNames } from '../../model/services.ts';
import type { Stage } from '../../model/stages/stage-settings.ts';
import type { FirstValues } from '../inputs.ts';
import type { Identities } from './identities.ts';

export interface SecretsProps {
  readonly stage: Stage;
  readonly identities: Identities;
  readonly firstValues: FirstValues;
}

interface Made {
  readonly secret: SecretManagerSecret;
  /** Resources that must exist before a function that reads it is deployed. */
  readonly ready: readonly ITerraformDependable[];
}

/** Its own folder, because a mount hides the folder's previous content. */
const mountPath = (secret: SecretName): string => `/etc/${secret === 'partner-signing-key' ? 'partner' : secret}`;

/** The secrets that functions read, each mounted as a file that always holds its newest version. */
export class Secrets extends Construct {
  private readonly made: ReadonlyMap<SecretName, Made>;

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id);
    this.made = new Map(secretNames.map((name) => [name, this.add(name, props)]));
  }

  private add(name: SecretName, { stage, identities, firstValues }: SecretsProps): Made {
    const secret = new SecretManagerSecret(this, toSecretId(name, 'Secret'), {
      secretId: secretName(stage, name),
      replication: { auto: {} },
      lifecycle: { preventDestroy: stage.keepData },
    });
    const version = new SecretManagerSecretVersion(this, toSecretId(name, 'Version'), {
      secret: secret.id,
      secretData: firstValues[name],
      // It may be the newest one: destroying it takes the key from running functions.
      deletionPolicy: stage.keepData ? 'ABANDON' : 'DELETE',
      // A rotation adds versions, and may disable this one.
      lifecycle: { ignoreChanges: ['secret_data', 'enabled'] },
    });
    const readers = cloudServices.filter((service) => secretsOf(service).some((access) => access.secret === name));
    const grants = readers.map(
      (service) =>
        new SecretManagerSecretIamMember(this, `${service}-${toSecretId(name, 'secret')}`, {
          secretId: secret.id,
          role: 'roles/secretmanager.secretAccessor',
          member: identities.of(service).member,
        }),
    );
    return { secret, ready: [version, ...grants] };
  }

  private find(name: SecretName): Made {
    const made = this.made.get(name);
    if (!made) throw new Error(`secret: must be one of ${secretNames.join(', ')}, got '${name}'`);
    return made;
  }

  /** Ids of the secrets that the stage creates. */
  get ids(): readonly string[] {
    return [...this.made.values()].map(({ secret }) => secret.id);
  }

  /** Resources that must exist before a function of the service is deployed. */
  neededBy(service: CloudService): readonly ITerraformDependable[] {
    return secretsOf(service).flatMap((access) => this.find(access.secret).ready);
  }

  volumesFor(service: CloudService) {
    return secretsOf(service).map((access) => {
      const { secret } = this.find(access.secret);
      return { mountPath: mountPath(access.secret), projectId: secret.project, secret: secret.secretId };
    });
  }

  /** Each file is named after its secret. */
  variablesFor(service: CloudService): Record<string, string> {
    const files = secretsOf(service).map(({ env, secret }) => {
      return [env, `${mountPath(secret)}/${this.find(secret).secret.secretId}`] as const;
    });
    return Object.fromEntries(files);
  }
}
