import { type Json, toList, toObject } from '../../model/json.ts';
import type { Finding } from '../rule.ts';
import { type Resource, type Template, toText } from '../template/template.ts';
import { cloudFormationTypes, terraformTypes } from './stateful-types.ts';

/** Data that deploying `after` over `before` would lose: stateful resources that are deleted or replaced. */
export function findReplacements(before: Template, after: Template): readonly Finding[] {
  const next = new Map(after.resources.map((resource) => [keyOf(resource), resource]));
  return before.resources.flatMap((resource) => compare(resource, next.get(keyOf(resource))));
}

const keyOf = ({ id, type }: Resource): string => `${type} ${id}`;

function compare(was: Resource, is: Resource | undefined): Finding[] {
  const stateful = typesOf(was)[was.type];
  if (!stateful) return [];
  const lost = (what: string, advice: string): Finding => ({
    resource: was.id,
    problem: `${what}: ${stateful.loses} would be lost. ${advice}`,
  });
  if (!is) return [lost('it is removed, or its id has changed', 'Keep the construct and its id')];
  const divided = Object.entries(stateful.divided ?? {});
  const changed = [
    ...stateful.fixed.filter((name) => toComparable(was, name) !== toComparable(is, name)),
    ...divided.flatMap(([name, form]) =>
      form.test(describe(was, name)) === form.test(describe(is, name)) ? [] : [name],
    ),
  ];
  return [
    ...changed.map((name) => {
      const values = `'${describe(was, name)}' to '${describe(is, name)}'`;
      return lost(`it is replaced, because ${name} changes from ${values}`, 'Make a second resource, and copy');
    }),
    ...checkIndexes(was, is),
  ];
}

/** An AWS resource by Terraform is in the template twice. In Terraform's terms, its id begins with its type. */
const typesOf = ({ id, type }: Resource) =>
  /^(aws|azurerm|google)_/.test(id) && type.startsWith('AWS::')
    ? {}
    : type.startsWith('AWS::')
      ? cloudFormationTypes
      : terraformTypes;

const toComparable = ({ properties }: Resource, name: string): string => JSON.stringify(properties[name] ?? null);

const describe = ({ properties }: Resource, name: string): string => {
  const value = properties[name];
  return typeof value === 'object' ? JSON.stringify(value) : toText(value);
};

/** CloudFormation can create or delete one index per update; with two it stops half-way. */
function checkIndexes(was: Resource, is: Resource): Finding[] {
  if (!was.type.startsWith('AWS::DynamoDB::')) return [];
  const [before, after] = [readIndexes(was), readIndexes(is)];
  const steps = [
    ...[...before].filter(([name, keys]) => after.get(name) !== keys),
    ...[...after].filter(([name, keys]) => before.get(name) !== keys),
  ];
  if (steps.length < 2) return [];
  const names = [...new Set(steps.map(([name]) => name))].join(', ');
  const problem = `${steps.length} indexes are created or deleted in one update (${names}), and DynamoDB does one at a time: the deploy stops half-way. Deploy them one after the other; an index with another key needs another name`;
  return [{ resource: was.id, problem }];
}

const readIndexes = ({ properties }: Resource): ReadonlyMap<string, string> =>
  new Map(
    toList(properties.GlobalSecondaryIndexes)
      .map(toObject)
      .map(({ IndexName, KeySchema, Projection }: Readonly<Record<string, Json>>) => [
        toText(IndexName),
        JSON.stringify([KeySchema, Projection]),
      ]),
  );
