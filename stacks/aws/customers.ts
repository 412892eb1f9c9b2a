import { Duration, Validations } from 'aws-cdk-lib';
import { CfnUserPoolGroup, Mfa, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { physicalName } from '../names.ts';
import type { Stage } from '../stage-settings.ts';
import { removalPolicyOf } from './table.ts';

/** Customers sign up with their address; admins are those whom somebody puts into the group `admin`. */
export class Customers extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage }) {
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
      disableOAuth: true,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
    });
  }
}
