import Table from 'cli-table3';
import { type JsonObject, toObject } from '../../stacks/model/json.ts';
import { type Resource, type Template, toText } from '../../stacks/rules/template/template.ts';

/** By type: the property with the physical name, which also identifies the resource for `cdk import`. */
const names: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
};

export interface KeptResource {
  readonly id: string;
  readonly type: string;
  /** '' if the deploy generates it; the next deploy then creates a second resource. */
  readonly name: string;
}

/** Resources that outlive the stage; those with a fixed name make the next deploy fail. */
export function findKept(template: Template): readonly KeptResource[] {
  return template.resources
    .filter((resource) => resource.kept && findNameProperty(resource) !== undefined)
    .map((resource) => ({ id: resource.id, type: resource.type, name: nameOf(resource) }));
}

const nameOf = (resource: Resource): string => toText(resource.properties[findNameProperty(resource) ?? '']);

/** Other types, such as queues or secrets, count only if a name is set: a function's version has none. */
function findNameProperty({ type, properties }: Resource): string | undefined {
  const usual = [`${type.split('::').at(-1)}Name`, 'Name', 'name', 'bucket'];
  return names[type] ?? usual.find((name) => name in properties);
}

export function formatKept(kept: readonly KeptResource[]): string {
  if (kept.length === 0) return 'Nothing outlives the stage.\n';
  const table = new Table({ head: ['resource', 'type', 'name'], style: { head: [] } });
  for (const { id, type, name } of kept) table.push([id, type, name || '(generated)']);
  return `${table.toString()}\n`;
}

/**
 * A file for `cdk import --resource-mapping`: a stack's existing resources with fixed names, of the types that are
 * known to be identified by their name.
 */
export function toResourceMapping(kept: readonly KeptResource[], stack: string): JsonObject {
  const own = kept.filter(
    ({ id, type, name }) => id.startsWith(`${stack}/`) && name !== '' && type in names && !isGenerated(type),
  );
  return toObject(
    Object.fromEntries(own.map(({ id, type, name }) => [id.slice(stack.length + 1), { [names[type] ?? '']: name }])),
  );
}

/** A pool's name is not its id, so it cannot be imported by name. */
const isGenerated = (type: string): boolean => type === 'AWS::Cognito::UserPool';
