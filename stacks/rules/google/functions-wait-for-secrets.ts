import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const member = 'google_secret_manager_secret_iam_member';
const version = 'google_secret_manager_secret_version';

function check(template: Template): Finding[] {
  return template.ofType('google_cloudfunctions2_function').flatMap((fun) => {
    const settings = blockOf(fun, 'service_config');
    const used = [...toList(settings.secret_volumes), ...toList(settings.secret_environment_variables)].map(toObject);
    const account = template.findReferred(settings.service_account_email, 'google_service_account');
    const waited = [...neededBy(template, fun)];
    return used.flatMap(({ secret }) => {
      const own = template.findReferred(secret, 'google_secret_manager_secret');
      return own ? [...findMissing(template, { fun, own, account, waited })] : [];
    });
  });
}

interface Use {
  readonly fun: Resource;
  readonly own: Resource;
  readonly account: Resource | undefined;
  readonly waited: readonly Resource[];
}

function* findMissing(template: Template, { fun, own, account, waited }: Use): Generator<Finding> {
  const about = (resource: Resource) => template.referredBy(resource.properties).includes(own);
  const isGranted = waited.some(
    (one) => one.type === member && about(one) && (!account || template.referredBy(one.properties).includes(account)),
  );
  if (!isGranted)
    yield {
      resource: fun.id,
      problem: `it is deployed before its account may read ${own.id}: "Permission denied on secret". Let it wait for the grant`,
    };
  if (!waited.some((one) => one.type === version && about(one)))
    yield {
      resource: fun.id,
      problem: `it is deployed before ${own.id} has a version: "Secret … was not found". Let it wait for the version`,
    };
}

const example = (waits: readonly string[]): JsonObject => ({
  resource: {
    google_service_account: { shop: { account_id: 'shop' } },
    google_secret_manager_secret: { key: { secret_id: 'key' } },
    [version]: { key: { secret: ref('google_secret_manager_secret.key.id') } },
    [member]: {
      key: {
        secret_id: ref('google_secret_manager_secret.key.id'),
        member: ref('google_service_account.shop.member'),
        role: 'roles/secretmanager.secretAccessor',
      },
    },
    google_cloudfunctions2_function: {
      shop: {
        build_config: { service_account: 'a' },
        service_config: {
          service_account_email: ref('google_service_account.shop.email'),
          secret_volumes: [{ mount_path: '/etc/key', secret: ref('google_secret_manager_secret.key.secret_id') }],
        },
        depends_on: waits,
      },
    },
  },
});
const both = [`${version}.key`, `${member}.key`];

export const functionsWaitForSecrets: Rule = {
  name: 'functions-wait-for-secrets',
  what: 'A function that mounts a secret is deployed when the secret has a version and its account may read it.',
  why: 'Cloud Run checks both when it starts the revision, and Terraform knows of neither: the first apply fails, the second works.',
  source: [
    'https://cloud.google.com/run/docs/configuring/services/secrets#required_roles',
    'https://github.com/hashicorp/terraform-provider-google/issues/10893',
  ],
  clouds: ['google'],
  check,
  examples: both.map((one) => ({ bad: example(both.filter((other) => other !== one)), good: example(both) })),
};
