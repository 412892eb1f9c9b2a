import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Stage } from '../model/stages/stage-settings.ts';

/** What whoever applies a stack has to say, because no file may know it. */
export function input(scope: Construct, name: string, description: string, more: object = {}): string {
  return new TerraformVariable(scope, name, { type: 'string', description, nullable: false, ...more }).stringValue;
}

export interface CommonInputs {
  readonly issuer: string;
  readonly audience: string;
  readonly originSecret: string;
  readonly alarmEmail: string;
}

export function commonInputs(scope: Construct, { identity }: Stage): CommonInputs {
  const known = (value: string | undefined) => (value === undefined ? {} : { default: value });
  const external = identity.kind === 'external' ? identity : undefined;
  return {
    issuer: input(scope, 'oidc_issuer', 'Whose tokens the stage trusts: an address', known(external?.issuer)),
    audience: input(scope, 'oidc_audience', 'For whom those tokens are', known(external?.audience)),
    originSecret: input(scope, 'origin_secret', 'What the CDN adds to each request, 16 characters or more', {
      sensitive: true,
    }),
    alarmEmail: input(scope, 'alarm_email', 'Who hears of an alert'),
  };
}
