import { firstObject, type JsonObject } from '../../../../stacks/model/json.ts';
import { pascal, same } from './terraform-text.ts';

export function toPool({
  name,
  software_token_mfa_configuration: token,
  account_recovery_setting: recovery,
  password_policy: password,
  ...body
}: JsonObject): JsonObject {
  return {
    UserPoolName: name ?? null,
    ...same({ from_email_address: 'From' })(body),
    AccountRecoverySetting: { RecoveryMechanisms: pascal(firstObject(recovery).recovery_mechanism ?? []) },
    Policies: { PasswordPolicy: pascal(firstObject(password)) },
    EnabledMfas: firstObject(token).enabled === true ? ['SOFTWARE_TOKEN_MFA'] : [],
  };
}

export function toClient({ name: _, token_validity_units: units, ...body }: JsonObject): JsonObject {
  const spellings = {
    allowed_oauth_flows: 'AllowedOAuthFlows',
    allowed_oauth_flows_user_pool_client: 'AllowedOAuthFlowsUserPoolClient',
    allowed_oauth_scopes: 'AllowedOAuthScopes',
    callback_urls: 'CallbackURLs',
    logout_urls: 'LogoutURLs',
  };
  return { ...same(spellings)(body), TokenValidityUnits: pascal(firstObject(units)) };
}
