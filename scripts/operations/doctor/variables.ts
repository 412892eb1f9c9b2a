import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import { type Check, failed, ok } from './check.ts';

/** Terraform's variables of a stage. */
export type Variables = Readonly<Record<string, string>>;

export interface NeededVariable {
  readonly name: string;
  /** Describes the fault of a value; undefined if it is valid. */
  readonly judge?: (value: string) => string | undefined;
  readonly default?: string;
}

/** Terraform's precedence: a line of terraform.tfvars overrides TF_VAR_name. Reads only strings on one line. */
export function readVariables(
  stage: string,
  cloud: string,
  environment = process.env,
  root = process.cwd(),
): Variables {
  const fromEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith('TF_VAR_') && value !== undefined ? [[name.slice('TF_VAR_'.length), value]] : [],
  );
  const file = join(root, 'cdktf.out/stacks', physicalName(stage, cloud), 'terraform.tfvars');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const fromFile = [...text.matchAll(/^\s*([a-z_]+)\s*=\s*"([^"]*)"/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return Object.fromEntries([...fromEnvironment, ...fromFile]);
}

const secret = (least: number) => (value: string) =>
  value.length < least ? `has fewer than ${least} characters` : undefined;
const address = (value: string) => (value.includes('@') ? undefined : 'is not an e-mail address');
const url = (value: string) => (/^https:\/\/[^/]+/.test(value) ? undefined : 'is not an https URL');

/** Variables that both clouds need: the issuer of the tokens, the secrets, and the recipient of the alerts. */
export function commonVariables({ identity, alarms, fulfilment }: Stage): NeededVariable[] {
  const external = identity.kind === 'external' ? identity : undefined;
  return [
    { name: 'oidc_issuer', judge: url, ...(external && { default: external.issuer }) },
    { name: 'oidc_audience', ...(external && { default: external.audience }) },
    { name: 'origin_secret', judge: secret(16) },
    // A stand-in for the partner needs no secret.
    ...(fulfilment.partnerUrl === null ? [] : [{ name: 'partner_secret', judge: secret(32) }]),
    ...(alarms.topic ? [{ name: 'alarm_email', judge: address }] : []),
  ];
}

export const readVariable = (variables: Variables, { name, default: usual = '' }: NeededVariable): string =>
  variables[name] || usual;

export interface VariableContext {
  readonly variables: Variables;
  readonly needed: readonly NeededVariable[];
}

/** Terraform asks for missing variables one by one, and rejects an invalid one in the middle of a plan. */
export const variables: Check<VariableContext> = {
  name: 'variables',
  permissions: [],
  look: ({ variables: given, needed }) => {
    const wrong = needed.flatMap((one) => {
      const value = readVariable(given, one);
      if (value === '') return [`${one.name} is not set`];
      const problem = one.judge?.(value);
      return problem === undefined ? [] : [`${one.name} ${problem}`];
    });
    const must = needed.map(({ name }) => name).join(', ');
    if (wrong.length === 0) return ok(`${needed.length} set`, must);
    return failed(
      wrong.join('\n'),
      must,
      'Set them as TF_VAR_name, or in terraform.tfvars in the folder of the stack.',
    );
  },
};
