import { Fn, TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Stage } from '../model/stages/stage-settings.ts';

/** A Terraform variable that must be supplied at apply time, because no file may hold it. */
export function input(scope: Construct, name: string, description: string, more: object = {}): string {
  return new TerraformVariable(scope, name, { type: 'string', description, nullable: false, ...more }).stringValue;
}

export interface CommonInputs {
  readonly issuer: string;
  readonly audience: string;
  readonly originSecret: string;
  /** What the API accepts: the secret, and the one before while a rotation is under way. */
  readonly acceptedSecrets: string;
  readonly alarmEmail: string;
  /** The first value of the secret that signs calls to the partner; later ones are set in the cloud's store. */
  readonly partnerSecret: string;
  /** What the page reads as `/config.json`; all of it is public. */
  readonly pageConfig: Readonly<Record<string, string>>;
}

export function commonInputs(scope: Construct, { name, identity }: Stage): CommonInputs {
  const known = (value: string | undefined) => (value === undefined ? {} : { default: value });
  const external = identity.kind === 'external' ? identity : undefined;
  const originSecret = input(
    scope,
    'origin_secret',
    'Secret that the CDN adds to each request, at least 16 characters',
    { sensitive: true },
  );
  const before = input(scope, 'origin_secret_before', 'The one before, until the CDN has the new one everywhere', {
    default: '',
    sensitive: true,
  });
  const issuer = input(scope, 'oidc_issuer', 'URL of the token issuer that the stage trusts', known(external?.issuer));
  const audience = input(scope, 'oidc_audience', 'Audience of those tokens', known(external?.audience));
  input(scope, 'oidc_client_id', 'Client id of the page; by default the audience', { default: '' });
  return {
    issuer,
    audience,
    originSecret,
    acceptedSecrets: Fn.trimspace(`${originSecret} ${before}`),
    partnerSecret: input(scope, 'partner_secret', 'Signs calls to the partner; the first value, see the runbook', {
      sensitive: true,
      validation: [
        {
          condition: `\${length(var.partner_secret) >= 32}`,
          errorMessage: 'partner_secret must have 32 characters or more: openssl rand -base64 36',
        },
      ],
    }),
    alarmEmail: input(scope, 'alarm_email', 'E-mail address that receives alerts'),
    pageConfig: {
      stage: name,
      issuer,
      clientId: `\${coalesce(var.oidc_client_id, var.oidc_audience)}`,
      scope: input(scope, 'oidc_scope', 'Scopes that the page asks for', { default: 'openid' }),
    },
  };
}
