import { firstObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const basic = /^roles\/(owner|editor|viewer)$/;
/** Roles that open every database, topic or bucket of a project unless a condition names one. */
const dataRoles = /^roles\/(datastore|pubsub|storage|secretmanager)\./;

/** Roles that act as every service account of a project, or grant roles. */
const actingRoles =
  /^roles\/(iam\.(serviceAccount(TokenCreator|User|KeyAdmin|Admin|OpenIdTokenCreator)|workloadIdentityUser|securityAdmin)|resourcemanager\.projectIamAdmin)$/;

interface Grant {
  readonly resource: string;
  readonly role: string;
  readonly members: Json;
  readonly condition: Json | undefined;
}

function check(template: Template): Finding[] {
  const builders = template
    .ofType('google_cloudfunctions2_function')
    .flatMap((fun) => template.referredBy(blockOf(fun, 'build_config').service_account));
  return findGrants(template).flatMap(({ resource, role, members, condition }) => {
    // The source of a build is in a bucket whose name Cloud Functions generates.
    const holders = template.referredBy(members);
    const builds = holders.length > 0 && holders.every((account) => builders.includes(account));
    const onData = dataRoles.test(role) && !builds;
    if (!basic.test(role) && ((!onData && !actingRoles.test(role)) || isNarrow(condition))) return [];
    const problem = `${role} on the whole project: every stage and every other system in it is open to this identity. Grant it on the resource, or add a condition that names one`;
    return [{ resource, problem }];
  });
}

/** Whether the condition reads the resource, unlike one that always holds. */
const isNarrow = (condition: Json | undefined): boolean =>
  /\bresource\.(name|type|service)\b/.test(String(firstObject(condition).expression ?? ''));

/** Reads one member, one role with its members, or a project's whole policy. */
function findGrants(template: Template): readonly Grant[] {
  const single = template
    .ofType('google_project_iam_member', 'google_project_iam_binding')
    .map(({ id, properties: { role, member, members, condition } }) => ({
      ...{ resource: id, role: String(role), condition },
      members: members ?? member ?? null,
    }));
  const whole = template.ofType('google_project_iam_policy').flatMap(({ id, properties }) =>
    findBindings(template, properties.policy_data).map(({ role, members, condition }) => ({
      ...{ resource: id, role: String(role), condition },
      members: members ?? null,
    })),
  );
  return [...single, ...whole];
}

/** Reads JSON in a text, or a reference to the data source that builds it. */
function findBindings(template: Template, policy: Json | undefined): readonly JsonObject[] {
  const text = String(policy ?? '');
  if (text.startsWith('{')) return toList(toObject(JSON.parse(text) as Json).bindings).map(toObject);
  const data = template.findReferred(text, 'data.google_iam_policy');
  return toList(data?.properties.binding).map(toObject);
}

const example = (more: JsonObject): JsonObject => ({
  resource: {
    google_service_account: { intake: { account_id: 'intake' } },
    google_project_iam_member: {
      store: { role: 'roles/datastore.user', member: ref('google_service_account.intake.member'), ...more },
    },
  },
});

const database = 'resource.name == "projects/p/databases/d"';
const binding = (role: string, more: JsonObject = {}): JsonObject => ({
  resource: { google_project_iam_binding: { shop: { role, members: ['serviceAccount:shop'], ...more } } },
});
const policyOf = (role: string): JsonObject => ({
  resource: {
    google_project_iam_policy: {
      shop: { policy_data: JSON.stringify({ bindings: [{ role, members: ['serviceAccount:shop'] }] }) },
    },
  },
});
const byData = (role: string): JsonObject => ({
  resource: { google_project_iam_policy: { shop: { policy_data: ref('data.google_iam_policy.shop.policy_data') } } },
  data: { google_iam_policy: { shop: { binding: [{ role, members: ['serviceAccount:shop'] }] } } },
});

export const rolesAreNotWide: Rule = {
  name: 'roles-are-not-wide',
  what: 'No identity holds a basic role on the whole project, or one on data or accounts without a condition.',
  why: 'A function that is taken over then reads and writes what belongs to others; no tool checks it on Terraform.',
  source: [
    'https://cloud.google.com/iam/docs/using-iam-securely#least_privilege',
    'https://cloud.google.com/iam/docs/best-practices-service-accounts',
    'https://cloud.google.com/firestore/docs/manage-databases#database_access',
  ],
  clouds: ['google'],
  check,
  examples: [
    {
      bad: example({}),
      good: example({ condition: { title: 'one', expression: 'resource.name == "projects/p/databases/d"' } }),
    },
    {
      bad: example({ role: 'roles/editor' }),
      good: example({ role: 'roles/logging.logWriter' }),
    },
    {
      bad: example({ condition: [{ title: 'all', expression: 'true' }] }),
      good: example({ condition: [{ title: 'one', expression: database }] }),
    },
    { bad: binding('roles/editor'), good: binding('roles/logging.logWriter') },
    {
      bad: binding('roles/datastore.user'),
      good: binding('roles/datastore.user', { condition: { title: 'one', expression: database } }),
    },
    { bad: policyOf('roles/owner'), good: policyOf('roles/logging.logWriter') },
    { bad: byData('roles/editor'), good: byData('roles/logging.logWriter') },
    ...['iam.serviceAccountTokenCreator', 'iam.serviceAccountUser', 'resourcemanager.projectIamAdmin'].map((role) => ({
      bad: example({ role: `roles/${role}` }),
      good: example({ role: 'roles/logging.logWriter' }),
    })),
  ],
};
