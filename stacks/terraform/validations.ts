import type { TerraformVariableValidationConfig } from 'cdktf';

/** A condition on a variable's value. Terraform checks all of them in the plan, and lists every failure. */
type Validation = (variable: string) => TerraformVariableValidationConfig;

const validation =
  (condition: (value: string) => string, must: string): Validation =>
  (name) => ({ condition: `\${${condition(`var.${name}`)}}`, errorMessage: `${name} must be ${must}.` });

const matches = (value: string, pattern: string): string =>
  `can(regex("${pattern.replaceAll('\\', '\\\\')}", ${value}))`;

/** Names that never resolve (RFC 2606), at the end of a host. */
const isReserved = (value: string): string => matches(value, String.raw`\.(example|invalid|test)($|[/:?#])`);

export const subscription = validation(
  (value) => matches(value, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
  'the id of a subscription: az account show --query id',
);
export const projectId = validation(
  (value) => matches(value, '^[a-z][a-z0-9-]{4,28}[a-z0-9]$'),
  'the id of a project, not its name or number: gcloud projects list',
);
export const issuerUrl = validation(
  (value) => `${matches(value, '^https://[^/]+')} && !${isReserved(value)}`,
  'the https URL of your issuer, which serves /.well-known/openid-configuration',
);
export const notEmpty = validation((value) => `length(${value}) > 0`, 'set');
export const secret = validation((value) => `length(${value}) >= 16`, '16 characters or more: openssl rand -hex 24');
export const signingSecret = validation(
  (value) => `length(${value}) >= 32`,
  '32 characters or more: openssl rand -base64 36',
);
export const secretOrNone = validation(
  (value) => `${value} == "" || length(${value}) >= 16`,
  'empty, or the secret before',
);
export const address = validation(
  (value) => `${matches(value, String.raw`^[^@\s]+@[^@\s]+\.[a-z]+$`)} && !${isReserved(value)}`,
  'your e-mail address: the alerts of the stage go there',
);
export const hostName = validation(
  (value) => `${matches(value, String.raw`^([a-z0-9-]+\.)+[a-z]+$`)} && !${isReserved(value)}`,
  'a host name of your own',
);
