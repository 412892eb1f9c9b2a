import { GetAccountCommand, GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { domainOf } from '../../../../stacks/model/names.ts';
import type { Stage } from '../../../../stacks/model/stages/stage-settings.ts';
import { type Check, failed, notNeeded, ok } from '../check.ts';
import type { AwsContext } from './context.ts';

type AwsCheck = Check<AwsContext>;

/** Why the stage sends no mail through Amazon SES; undefined if it does. */
function reasonWithoutSes({ identity }: Stage): string | undefined {
  if (identity.kind !== 'cognito') return 'nothing: the stage has no sign-up';
  return identity.emailFrom === null ? "nothing: Cognito's own sender, 50 mails a day" : undefined;
}

const sender = ({ identity }: Stage): string => (identity.kind === 'cognito' ? (identity.emailFrom ?? '') : '');

const account: AwsCheck = {
  name: 'ses-account',
  permissions: [{ action: 'ses:GetAccount' }],
  look: async (context) => {
    const reason = reasonWithoutSes(context.stage);
    if (reason !== undefined) return notNeeded(reason);
    const { ProductionAccessEnabled, SendingEnabled, SendQuota } = await context
      .clients()
      .ses.send(new GetAccountCommand({}));
    const needed = 'out of the sandbox, and sending';
    if (ProductionAccessEnabled !== true)
      return failed(
        'in the sandbox: mails reach verified addresses only',
        needed,
        `Ask for production access in ${context.region}: aws sesv2 put-account-details --production-access-enabled ...`,
      );
    if (SendingEnabled !== true)
      return failed('sending is paused', needed, 'See the reputation of the account in the console of Amazon SES.');
    return ok(`${SendQuota?.Max24HourSend ?? '?'} mails a day`, needed);
  },
};

const identity: AwsCheck = {
  name: 'ses-identity',
  permissions: [{ action: 'ses:GetEmailIdentity' }],
  look: async (context) => {
    const reason = reasonWithoutSes(context.stage);
    if (reason !== undefined) return notNeeded(reason);
    const domain = domainOf(sender(context.stage));
    const needed = `${domain} verified in ${context.region}`;
    const create = `aws sesv2 create-email-identity --region ${context.region} --email-identity ${domain}, then set its DKIM records`;
    try {
      const answer = await context.clients().ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
      return answer.VerifiedForSendingStatus === true
        ? ok('verified', needed)
        : failed(
            `${answer.VerificationStatus ?? 'not verified'}`,
            needed,
            'Set the DKIM records of the identity in the zone, and wait.',
          );
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return failed('no such identity', needed, create);
      throw error;
    }
  },
};

export const mailChecks: readonly AwsCheck[] = [account, identity];
