import { type JsonObject, toList } from '../../model/json.ts';
import type { Finding, Rule } from '../rule.ts';
import { ref } from '../template/ref.ts';
import type { Template } from '../template/template.ts';
import { account } from './storage.ts';

function check(template: Template): Finding[] {
  const names = template
    .ofType(account, 'azurerm_key_vault')
    .flatMap(({ id, properties }) =>
      [...String(properties.name).matchAll(/\$\{var\.([\w-]+)\}/g)].map(([, variable = '']) => ({ id, variable })),
    );
  const unchecked = template
    .ofType('variable')
    .filter(({ properties }) => toList(properties.validation).length === 0)
    .map(({ id }) => id.replace('variable.', ''));
  return names
    .filter(({ variable }) => unchecked.includes(variable))
    .map(({ id, variable }) => ({
      resource: id,
      problem: `its name holds var.${variable}, which has no validation: a hyphen or a capital stops the apply after the first resources stand. Add a validation with the letters and the length that fit`,
    }));
}

const example = (validation: readonly JsonObject[]): JsonObject => ({
  variable: { suffix: { type: 'string', validation } },
  resource: { [account]: { data: { name: `shop${ref('var.suffix')}` } } },
});

export const nameInputsAreValidated: Rule = {
  name: 'name-inputs-are-validated',
  what: "A variable that is part of a storage account's name has a validation.",
  why: 'Such a name has 3 to 24 lowercase letters and digits and nothing else; Azure says so only in the middle of the apply.',
  source: ['https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name'],
  clouds: ['azure'],
  check,
  examples: [
    {
      bad: example([]),
      good: example([{ condition: ref('can(regex("^[a-z0-9]{3,8}$", var.suffix))'), error_message: 'no' }]),
    },
  ],
};
