import { toList, toObject } from '../../model/json.ts';
import type { Resource, Template } from '../template/template.ts';

/** Ids are the same in every directory, and an assignment may name a role by its id. */
const ids: Readonly<Record<string, string>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': 'User Access Administrator',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168': 'Role Based Access Control Administrator',
  'de139f84-1756-47ae-9be6-808fbbe84772': 'Website Contributor',
  '17d1049b-9a84-46fb-8f53-869881c3d3ab': 'Storage Account Contributor',
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': 'Key Vault Administrator',
  'f25e0fa2-a7c8-4377-a976-54943a77a395': 'Key Vault Contributor',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
};

/**
 * The name of the role that an assignment grants, by name or by id. A custom role of the template is as wide as its
 * actions.
 */
export function roleOf(template: Template, { properties }: Resource): string {
  const { role_definition_name: name, role_definition_id: given } = properties;
  const own = template.findReferred(given, 'azurerm_role_definition');
  const actions = toList(own?.properties.permissions).flatMap((one) => {
    const { actions, data_actions } = toObject(one);
    return [...toList(actions), ...toList(data_actions)].map(String);
  });
  if (
    actions.some(
      (action) => /^(\*|Microsoft\.\w+\/\*)/i.test(action) || /^Microsoft\.Authorization\/.*(\*|write)/i.test(action),
    )
  )
    return 'Owner';
  const data = template.findReferred(given, 'data.azurerm_role_definition')?.properties.name;
  const id =
    String(given ?? '')
      .split('/')
      .at(-1)
      ?.toLowerCase() ?? '';
  return String(name ?? data ?? ids[id] ?? given);
}
