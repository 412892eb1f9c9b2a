import { CognitoUserGroup } from '@cdktf/provider-aws/lib/cognito-user-group/index.js';
import { CognitoUserPool } from '@cdktf/provider-aws/lib/cognito-user-pool/index.js';
import { CognitoUserPoolClient } from '@cdktf/provider-aws/lib/cognito-user-pool-client/index.js';
import { CognitoUserPoolDomain } from '@cdktf/provider-aws/lib/cognito-user-pool-domain/index.js';
import { Construct } from 'constructs';
import { domainOf, physicalName } from '../../model/names.ts';
import type { CognitoSettings, Stage } from '../../model/stages/stage-settings.ts';
import type { Account } from './account.ts';

export interface CustomersProps {
  readonly stage: Stage;
  readonly settings: CognitoSettings;
  readonly account: Account;
}

const message = 'The verification code to your new account is {####}';

/** Customers sign up with their e-mail address; members of the group `admin` are admins. */
export class Customers extends Construct {
  readonly poolId: string;
  readonly clientId: string;
  /** Base URL of the sign-in pages and the token endpoint. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: CustomersProps) {
    super(scope, id);
    const { stage, account } = props;
    this.poolId = this.addPool(props).id;
    new CognitoUserGroup(this, 'Admins', { userPoolId: this.poolId, name: 'admin' });
    const urls = buildCallbackUrls(props);
    this.clientId = new CognitoUserPoolClient(this, 'Storefront', {
      name: physicalName(stage.name, 'storefront'),
      userPoolId: this.poolId,
      explicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      // A browser page cannot keep a secret. PKCE protects the code instead: only the page has the verifier.
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ['code'],
      allowedOauthScopes: ['openid', 'email'],
      callbackUrls: urls,
      logoutUrls: urls,
      supportedIdentityProviders: ['COGNITO'],
      preventUserExistenceErrors: 'ENABLED',
      accessTokenValidity: 60,
      tokenValidityUnits: [{ accessToken: 'minutes' }],
    }).id;
    // Domain prefixes are unique per region across all accounts.
    const domain = `${physicalName(stage.name, 'shop')}-${account.id}`;
    new CognitoUserPoolDomain(this, 'SignIn', { domain, userPoolId: this.poolId });
    this.signInUrl = `https://${domain}.auth.${account.region}.amazoncognito.com`;
  }

  private addPool({ stage, settings: { emailFrom }, account }: CustomersProps): CognitoUserPool {
    return new CognitoUserPool(this, 'Pool', {
      name: physicalName(stage.name, 'customers'),
      usernameAttributes: ['email'],
      autoVerifiedAttributes: ['email'],
      adminCreateUserConfig: { allowAdminCreateUserOnly: false },
      accountRecoverySetting: {
        recoveryMechanism: [
          { name: 'verified_phone_number', priority: 1 },
          { name: 'verified_email', priority: 2 },
        ],
      },
      passwordPolicy: {
        minimumLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireNumbers: true,
        requireSymbols: true,
      },
      mfaConfiguration: 'OPTIONAL',
      softwareTokenMfaConfiguration: { enabled: true },
      verificationMessageTemplate: {
        defaultEmailOption: 'CONFIRM_WITH_CODE',
        emailMessage: message,
        emailSubject: 'Verify your new account',
        smsMessage: message,
      },
      ...(emailFrom !== null && {
        emailConfiguration: {
          emailSendingAccount: 'DEVELOPER',
          fromEmailAddress: emailFrom,
          sourceArn: account.arn('ses', `identity/${domainOf(emailFrom)}`),
        },
      }),
      deletionProtection: stage.deletionProtection ? 'ACTIVE' : 'INACTIVE',
      lifecycle: { preventDestroy: stage.keepData },
    });
  }
}

/** With the trailing slash: Cognito compares the whole URL. */
function buildCallbackUrls({ stage, settings }: CustomersProps): string[] {
  const { domain } = stage.edge;
  return [...(domain ? [`https://${domain.name}/`] : []), ...settings.callbackUrls];
}
