import { type JsonObject, toList, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const basic = /^roles\/(owner|editor|viewer)$/;
/** They open every database, topic or bucket of a project unless a condition names one. */
const dataRoles = /^roles\/(datastore|pubsub|storage|secretmanager)\./;

function check(template: Template): Finding[] {
  const builders = template
    .ofType('google_cloudfunctions2_function')
    .flatMap((fun) => template.referredBy(blockOf(fun, 'build_config').service_account));
  return template.ofType('google_project_iam_member').flatMap(({ id, properties }) => {
    const role = String(properties.role);
    // The source of a build is in a bucket that Cloud Functions names itself.
    const builds = template.referredBy(properties.member).some((account) => builders.includes(account));
    const isNarrow = toObject(toList(properties.condition)[0]).expression !== undefined;
    if (!basic.test(role) && (!dataRoles.test(role) || isNarrow || builds)) return [];
    const problem = `${role} on the whole project: every stage and every other system in it is open to this identity. Grant it on the resource, or add a condition that names one`;
    return [{ resource: id, problem }];
  });
}

const example = (more: JsonObject): JsonObject => ({
  resource: {
    google_service_account: { intake: { account_id: 'intake' } },
    google_project_iam_member: {
      store: { role: 'roles/datastore.user', member: ref('google_service_account.intake.member'), ...more },
    },
  },
});

export const rolesAreNotWide: Rule = {
  name: 'roles-are-not-wide',
  what: 'No identity holds a basic role, or a role on data without a condition, on the whole project.',
  why: 'A function that is taken over then reads and writes what belongs to others; no tool checks it on Terraform.',
  source: [
    'https://cloud.google.com/iam/docs/using-iam-securely#least_privilege',
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
  ],
};
