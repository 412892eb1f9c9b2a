import { type JsonObject, toList, toObject } from '../../../model/json.ts';
import type { Finding, Rule } from '../../rule.ts';
import type { Template } from '../../template/template.ts';

function check(template: Template): Finding[] {
  return template.ofType('aws_dynamodb_table').flatMap(({ id, properties }) => {
    const ignored = toList(toObject(toList(properties.lifecycle)[0]).ignore_changes).map(String);
    if (!ignored.some((one) => /^(global_secondary_index|all)\b/.test(one))) return [];
    const problem =
      'it ignores changes of global_secondary_index: a new index is never created, and the function that queries it fails. Use on-demand capacity, or keep the capacity of indexes fixed';
    return [{ resource: id, problem }];
  });
}

const example = (...ignored: readonly string[]): JsonObject => ({
  resource: {
    aws_dynamodb_table: {
      orders: {
        name: 'orders',
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'pk',
        attribute: [
          { name: 'pk', type: 'S' },
          { name: 'customer', type: 'S' },
        ],
        global_secondary_index: [{ name: 'byCustomer', hash_key: 'customer', projection_type: 'ALL' }],
        point_in_time_recovery: { enabled: true },
        lifecycle: { ignore_changes: ignored },
      },
    },
  },
});

export const newIndexesAreSeen: Rule = {
  name: 'new-indexes-are-seen',
  what: 'Terraform does not ignore the changes of the indexes of a table.',
  why: 'Auto scaling changes the capacity inside the block of an index, which can only be ignored as a whole: then a new index is silently absent.',
  source: ['https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table'],
  clouds: ['aws'],
  check,
  examples: [{ bad: example('read_capacity', 'global_secondary_index'), good: example('read_capacity') }],
};
