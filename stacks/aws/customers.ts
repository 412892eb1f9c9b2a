import { Aws, Duration, Validations } from 'aws-cdk-lib';
import {
  CfnUserPoolGroup,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  UserPoolEmail,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { domainOf, physicalName } from '../model/names.ts';
import type { CognitoSettings, Stage } from '../model/stages/stage-settings.ts';
import { toRemovalPolicy } from './table.ts';

export interface CustomersProps {
  readonly stage: Stage;
  readonly settings: CognitoSettings;
}

/** Customers sign up with their e-mail address; members of the group `admin` are admins. */
export class Customers extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  /** Base URL of the sign-in pages and the token endpoint. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: CustomersProps) {
    super(scope, id);
    const { stage, settings } = props;
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: physicalName(stage.name, 'customers'),
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      ...(settings.emailFrom !== null && { email: sender(settings.emailFrom) }),
      deletionProtection: stage.deletionProtection,
      removalPolicy: toRemovalPolicy(stage),
    });
    Validations.of(this.pool).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-COG2', reason: 'MFA is optional: enforcing it would lose sales' },
      { id: 'AwsSolutions::AwsSolutions-COG8', reason: 'The plus plan is billed per user; forks may enable it' },
    );
    new CfnUserPoolGroup(this, 'Admins', { userPoolId: this.pool.userPoolId, groupName: 'admin' });
    this.client = this.pool.addClient('Storefront', {
      authFlows: { userSrp: true },
      // A browser page cannot keep a secret. PKCE protects the code instead: only the page has the verifier.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: buildCallbackUrls(props),
        logoutUrls: buildCallbackUrls(props),
      },
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
    });
    // Domain prefixes are unique per region across all accounts.
    const domainPrefix = `${physicalName(stage.name, 'shop')}-${Aws.ACCOUNT_ID}`;
    this.signInUrl = this.pool.addDomain('SignIn', { cognitoDomain: { domainPrefix } }).baseUrl();
  }
}

/** Amazon SES in the stage's own region, by the verified domain of the address. */
function sender(fromEmail: string): UserPoolEmail {
  return UserPoolEmail.withSES({ fromEmail, sesRegion: Aws.REGION, sesVerifiedDomain: domainOf(fromEmail) });
}

/** With the trailing slash: Cognito compares the whole URL. */
function buildCallbackUrls({ stage, settings }: CustomersProps): string[] {
  const { domain } = stage.edge;
  return [...(domain ? [`https://${domain.name}/`] : []), ...settings.callbackUrls];
}
