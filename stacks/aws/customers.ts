import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { CfnUserPoolGroup, Mfa, OAuthScope, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { physicalName } from '../model/names.ts';
import type { CognitoSettings, Stage } from '../model/stages/stage-settings.ts';
import { removalPolicyOf } from './table.ts';

export interface CustomersProps {
  readonly stage: Stage;
  readonly settings: CognitoSettings;
}

/** Customers sign up with their address; admins are those whom somebody puts into the group `admin`. */
export class Customers extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  /** Where the storefront exchanges its code for tokens. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: CustomersProps) {
    super(scope, id);
    const { stage } = props;
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
      deletionProtection: stage.deletionProtection,
      removalPolicy: removalPolicyOf(stage),
    });
    Validations.of(this.pool).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-COG2', reason: 'A shopper chooses; a forced second factor loses the sale' },
      { id: 'AwsSolutions::AwsSolutions-COG8', reason: 'The plus plan is paid per user; whoever forks this decides' },
    );
    new CfnUserPoolGroup(this, 'Admins', { userPoolId: this.pool.userPoolId, groupName: 'admin' });
    this.client = this.pool.addClient('Storefront', {
      authFlows: { userSrp: true },
      // A page keeps no secret: the code is worth nothing without the verifier (PKCE) that the page alone has.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: callbackUrlsOf(props),
        logoutUrls: callbackUrlsOf(props),
      },
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
    });
    // With the account in it: the name is one for all accounts of a region.
    const domainPrefix = `${physicalName(stage.name, 'shop')}-${Aws.ACCOUNT_ID}`;
    this.signInUrl = this.pool.addDomain('SignIn', { cognitoDomain: { domainPrefix } }).baseUrl();
  }
}

/** With the slash: Cognito compares the whole text. */
function callbackUrlsOf({ stage, settings }: CustomersProps): string[] {
  const { domain } = stage.edge;
  return [...(domain ? [`https://${domain.name}/`] : []), ...settings.callbackUrls];
}
