import type { JsonObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { neededBy } from '../template/needed-by.ts';
import { ref } from '../template/ref.ts';
import type { Resource, Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const wanted: readonly (readonly string[])[] = [
  ['roles/logging.logWriter'],
  ['roles/artifactregistry.writer', 'roles/artifactregistry.admin'],
  ['roles/storage.objectViewer', 'roles/storage.objectAdmin', 'roles/storage.admin'],
];

/** The roles that an account holds in its project, among those that a function waits for. */
function rolesOf(template: Template, fun: Resource, account: Resource): ReadonlySet<string> {
  const grants = [...neededBy(template, fun)].filter(({ type }) => type === 'google_project_iam_member');
  const own = grants.filter(({ properties }) => template.referredBy(properties.member).includes(account));
  return new Set(own.map(({ properties }) => String(properties.role)));
}

function check(template: Template): Finding[] {
  return template.ofType('google_cloudfunctions2_function').flatMap((fun) => {
    const { service_account: given } = blockOf(fun, 'build_config');
    if (given === undefined)
      return [
        {
          resource: fun.id,
          problem:
            'build_config names no service_account: the default one may be disabled or without roles, and the build fails. Create an account that may write logs and images and read the source',
        },
      ];
    const account = template.findReferred(given, 'google_service_account');
    if (!account) return [];
    const held = rolesOf(template, fun, account);
    const missing = wanted.filter((roles) => !roles.some((role) => held.has(role))).map(([role]) => role);
    if (missing.length === 0) return [];
    const problem = `the build account ${account.id} lacks ${missing.join(', ')} when the function is built. Grant it, and let the function wait for the grant`;
    return [{ resource: fun.id, problem }];
  });
}

const example = (serviceAccount: JsonObject, roles: readonly string[]): JsonObject => ({
  resource: {
    google_service_account: { builder: { account_id: 'builder' } },
    google_project_iam_member: Object.fromEntries(
      roles.map((role, at) => [`right${at}`, { role, member: ref('google_service_account.builder.member') }]),
    ),
    google_cloudfunctions2_function: {
      shop: {
        build_config: serviceAccount,
        depends_on: roles.map((_, at) => `google_project_iam_member.right${at}`),
      },
    },
  },
});
const builder: JsonObject = { service_account: ref('google_service_account.builder.id') };
const all = ['roles/logging.logWriter', 'roles/artifactregistry.writer', 'roles/storage.objectViewer'];

export const buildsHaveAnAccount: Rule = {
  name: 'builds-have-an-account',
  what: 'A function is built as an account that may write logs and images and read the source, before it is built.',
  why: 'Since 2024 the default account of Cloud Build has no roles in many organizations: the first build ends with a permission error.',
  source: [
    'https://cloud.google.com/functions/docs/securing/build-custom-sa',
    'https://github.com/hashicorp/terraform-provider-google/blob/v7.45.0/website/docs/r/cloudfunctions2_function.html.markdown',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({}, []), good: example(builder, all) },
    { bad: example(builder, all.slice(1)), good: example(builder, all) },
  ],
};
