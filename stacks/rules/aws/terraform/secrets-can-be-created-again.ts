import type { JsonObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

function check(template: Template): Finding[] {
  return template
    .ofType('aws_secretsmanager_secret')
    .filter(
      ({ properties: { name, recovery_window_in_days } }) =>
        name !== undefined && recovery_window_in_days === undefined,
    )
    .map(({ id }) => ({
      resource: id,
      problem:
        'it has a fixed name and no recovery_window_in_days: after a destroy its name is taken for 30 days, and the next apply fails. Set 0, or 7 to 30 days to be able to restore it',
    }));
}

const example = (more: JsonObject): JsonObject => ({
  resource: { aws_secretsmanager_secret: { secret: { name: 'origin-secret', ...more } } },
});

export const secretsCanBeCreatedAgain: Rule = {
  name: 'secrets-can-be-created-again',
  what: 'A secret with a fixed name says how long it can be recovered.',
  why: 'The default is 30 days, in which the name is taken: destroy and apply of one stage fail with "already scheduled for deletion". CloudFormation deletes at once.',
  source: [
    'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret#recovery_window_in_days-1',
    'https://github.com/hashicorp/terraform-provider-aws/issues/5127',
  ],
  clouds: ['aws'],
  check,
  examples: [{ bad: example({}), good: example({ recovery_window_in_days: 0 }) }],
};
