import { physicalName } from './names.ts';
import { type SecretAccess, type SecretName, type Service, services } from './services.ts';
import type { Stage } from './stages/stage-settings.ts';

export const secretName = (stage: Stage, secret: SecretName): string => physicalName(stage.name, secret);

export const secretDescription = (stage: Stage): string =>
  `Signs the calls of ${stage.name} to the fulfilment partner, who has it too. To rotate it: docs/runbook.md#rotate-the-partners-secret`;

/** The deploy generates the first value: letters and digits, which survive every form and shell. */
export const generatedSecret = { passwordLength: 48, excludePunctuation: true } as const;

/** How long a deleted secret can be restored, in days; its name stays taken for as long. 0: deleted at once. */
export const secretRecoveryDays = ({ keepData }: Stage): number => (keepData ? 30 : 0);

/** The secret that a service reads, where a cloud has its own form of variable and role. */
export const findSecretAccess = (service: Service): SecretAccess | undefined =>
  services[service].access.find((access): access is SecretAccess => access.kind === 'secret');
