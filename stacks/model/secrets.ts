import { physicalName } from './names.ts';
import { type SecretAccess, type SecretName, type Service, services } from './services.ts';
import type { Stage } from './stages/stage-settings.ts';

export interface SecretRow {
  /** The party that shares the secret, and must know a new value first. Construct ids include it. */
  readonly holder: string;
  readonly purpose: (stage: Stage) => string;
}

/** The purpose of each secret. */
export const secretRows: Readonly<Record<SecretName, SecretRow>> = {
  'partner-signing-key': {
    holder: 'partner',
    purpose: ({ name }) => `Signs the calls of ${name} to the fulfilment partner, who has it too.`,
  },
};

export const secretName = (stage: Stage, secret: SecretName): string => physicalName(stage.name, secret);

export const secretDescription = (stage: Stage, secret: SecretName): string => {
  const { holder, purpose } = secretRows[secret];
  return `${purpose(stage)} To rotate it: docs/runbook.md#rotate-the-${holder}s-secret`;
};

/** The id of its construct on AWS. */
export function secretId(secret: SecretName): string {
  const { holder } = secretRows[secret];
  return `${holder.charAt(0).toUpperCase()}${holder.slice(1)}Secret`;
}

/** The id of a construct that each secret has. The partner's secret keeps the plain id, which deployed stages have. */
export const toSecretId = (secret: SecretName, plain: string): string =>
  secret === 'partner-signing-key' ? plain : `${secret}-${plain}`;

/** The deploy generates the first value: letters and digits, which survive every form and shell. */
export const generatedSecret = { passwordLength: 48, excludePunctuation: true } as const;

/** How long a deleted secret can be restored, in days; its name stays taken for as long. 0: deleted at once. */
export const secretRecoveryDays = ({ keepData }: Stage): number => (keepData ? 30 : 0);

/** The secrets that a service reads, where a cloud has its own form of variable and role. */
export const secretsOf = (service: Service): SecretAccess[] =>
  services[service].access.filter((access): access is SecretAccess => access.kind === 'secret');
