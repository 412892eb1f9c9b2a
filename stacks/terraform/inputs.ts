import { Fn, TerraformVariable, type TerraformVariableValidationConfig } from 'cdktf';
import type { Construct } from 'constructs';
import type { SecretName } from '../model/services.ts';
import type { Stage } from '../model/stages/stage-settings.ts';
import { address, issuerUrl, notEmpty, secret, secretOrNone, signingSecret } from './validations.ts';

/** A Terraform variable that must be supplied at apply time, because no file may hold it. */
export function input(scope: Construct, name: string, description: string, more: InputSettings = {}): string {
  const { validation, ...settings } = more;
  const variable = new TerraformVariable(scope, name, { type: 'string', description, nullable: false, ...settings });
  if (validation) variable.addValidation(validation(name));
  return variable.stringValue;
}

interface InputSettings {
  readonly default?: string;
  readonly sensitive?: boolean;
  /** Checked in the plan, before anything is created. @default none */
  readonly validation?: (variable: string) => TerraformVariableValidationConfig;
}

/** First values of the secrets that functions read; later ones are set in the cloud's store. */
export type FirstValues = Readonly<Record<SecretName, string>>;

export interface CommonInputs {
  readonly issuer: string;
  readonly audience: string;
  readonly originSecret: string;
  /** The secrets that the API accepts: the current one, and the one before during a rotation. */
  readonly acceptedSecrets: string;
  readonly firstValues: FirstValues;
  /** Null where alarms have no recipient. */
  readonly alarmEmail: string | null;
  /** Content of `/config.json`, which the page reads; all of it is public. */
  readonly pageConfig: Readonly<Record<string, string>>;
}

const signingSecretInput = (scope: Construct): string =>
  input(scope, 'partner_secret', 'Signs calls to the partner; the first value, see the runbook', {
    sensitive: true,
    validation: signingSecret,
  });

/** Derived, to spare the operator another value: no other party has to know it yet. */
const ownSecret = (holder: string, originSecret: string): string => Fn.sha256(Fn.join(' ', [holder, originSecret]));

export function commonInputs(scope: Construct, { name, identity, alarms, fulfilment }: Stage): CommonInputs {
  const known = (value: string | undefined) => (value === undefined ? {} : { default: value });
  const external = identity.kind === 'external' ? identity : undefined;
  const originSecret = input(
    scope,
    'origin_secret',
    'Secret that the CDN adds to each request, at least 16 characters',
    { sensitive: true, validation: secret },
  );
  const before = input(scope, 'origin_secret_before', 'The one before, until the CDN has the new one everywhere', {
    default: '',
    sensitive: true,
    validation: secretOrNone,
  });
  const issuer = input(scope, 'oidc_issuer', 'URL of the token issuer that the stage trusts', {
    ...known(external?.issuer),
    validation: issuerUrl,
  });
  const audience = input(scope, 'oidc_audience', 'Audience of those tokens', {
    ...known(external?.audience),
    validation: notEmpty,
  });
  input(scope, 'oidc_client_id', 'Client id of the page; by default the audience', { default: '' });
  return {
    issuer,
    audience,
    originSecret,
    acceptedSecrets: Fn.trimspace(`${originSecret} ${before}`),
    firstValues: {
      'partner-signing-key':
        fulfilment.partnerUrl === null ? ownSecret('partner', originSecret) : signingSecretInput(scope),
    },
    alarmEmail: alarms.topic
      ? input(scope, 'alarm_email', 'E-mail address that receives alerts', { validation: address })
      : null,
    pageConfig: {
      stage: name,
      issuer,
      clientId: `\${coalesce(var.oidc_client_id, var.oidc_audience)}`,
      scope: input(scope, 'oidc_scope', 'Scopes that the page asks for', { default: 'openid' }),
    },
  };
}
