import { type JsonObject, toObject } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Template } from '../template/template.ts';
import { blockOf } from './apis.ts';

const issuer = 'https://token.actions.githubusercontent.com';

function check(template: Template): Finding[] {
  const providers = template.ofType('google_iam_workload_identity_pool_provider').flatMap((resource) => {
    if (blockOf(resource, 'oidc').issuer_uri !== issuer) return [];
    const condition = String(resource.properties.attribute_condition ?? '');
    if (/assertion\.repository(_owner)?(_id)?\s*==/.test(condition)) return [];
    const problem = `attribute_condition is '${condition}': anybody on GitHub has tokens of this issuer, and Google refuses a provider that compares no claim. Compare assertion.repository`;
    return [{ resource: resource.id, problem }];
  });
  const members = template.ofType('google_service_account_iam_member').flatMap(({ id, properties }) => {
    const member = String(properties.member);
    if (properties.role !== 'roles/iam.workloadIdentityUser' || !member.includes('/workloadIdentityPools/')) return [];
    if (/\/subject\/repo:[^/*]+\/[^/*]+:environment:[^*]+$/.test(member)) return [];
    const problem = `${member} may deploy: other branches and pull requests, too. Name principal://…/subject/repo:OWNER/NAME:environment:NAME`;
    return [{ resource: id, problem }];
  });
  return [...providers, ...members];
}

const pool = 'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github';
const subject = `${pool}/subject/repo:owner/shop:environment:prod`;
const condition = "assertion.repository == 'owner/shop'";
const example = (more: JsonObject, member = subject): JsonObject => ({
  resource: toObject({
    google_iam_workload_identity_pool_provider: {
      github: {
        oidc: { issuer_uri: issuer },
        attribute_mapping: { 'google.subject': 'assertion.sub' },
        ...more,
      },
    },
    google_service_account_iam_member: {
      workflow: { service_account_id: 'deploy', role: 'roles/iam.workloadIdentityUser', member },
    },
  }),
});

export const githubPoolsHaveACondition: Rule = {
  name: 'github-pools-have-a-condition',
  what: "A pool for GitHub compares the token's repository, and lets one environment act as an account.",
  why: 'The API refuses a provider without: "The attribute condition must reference one of the provider\'s claims". A condition that is too wide lets others deploy.',
  source: [
    'https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions',
    'https://github.com/google-github-actions/auth/blob/v3.0.0/README.md',
  ],
  clouds: ['google'],
  check,
  examples: [
    { bad: example({}), good: example({ attribute_condition: condition }) },
    { bad: example({ attribute_condition: 'true' }), good: example({ attribute_condition: condition }) },
    {
      bad: example({ attribute_condition: condition }, `${pool.replace('principal:', 'principalSet:')}/*`),
      good: example({ attribute_condition: condition }),
    },
  ],
};
