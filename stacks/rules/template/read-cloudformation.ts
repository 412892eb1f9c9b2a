import { isObject, type Json, toList, toObject } from '../../model/json.ts';
import { decideRetention } from './retention.ts';
import { type CloudFormationFile, type CloudFormationFiles, StackLinks } from './stack-links.ts';
import { type Resource, Template, type Unread } from './template.ts';

/** Joins a stage's stacks, by name. Parameters and outputs that link the stacks become references. */
export function readCloudFormation(files: CloudFormationFiles): Template {
  const unread: Unread[] = [];
  const readable = Object.fromEntries(
    Object.entries(files).map(([stack, file]) => [stack, keepResources(stack, file, unread)]),
  );
  const links = new StackLinks(readable);
  const resources = Object.entries(readable).flatMap(([stack, { Resources, Parameters = {} }]) =>
    Object.entries(Resources).map(
      ([id, { Type: type, Properties = {}, DeletionPolicy = '', DependsOn, UpdatePolicy }]): Resource => {
        const kept = decideRetention(DeletionPolicy, Parameters);
        if (kept === undefined) unread.push({ id: `${stack}/${id}`, reason: undecided });
        return {
          id: `${stack}/${id}`,
          type,
          properties: toObject(links.link(stack, Properties)),
          kept: kept ?? false,
          dependsOn: toList(DependsOn).map((one) => `${stack}/${String(one)}`),
          ...(UpdatePolicy && { updatePolicy: toObject(links.link(stack, UpdatePolicy)) }),
        };
      },
    ),
  );
  return new Template(resources, unread, findDefaults(readable));
}

const findDefaults = (files: CloudFormationFiles): ReadonlyMap<string, Json> =>
  new Map(
    Object.entries(files).flatMap(([stack, { Parameters = {} }]) =>
      Object.entries(Parameters).flatMap(([name, { Default }]) =>
        Default === undefined ? [] : [[`${stack}/${name}`, Default] as const],
      ),
    ),
  );

const undecided = 'because only its deploy decides its DeletionPolicy, so it is read as deleted. Give a plain text';

/** Omits entries that become resources only in a deploy, such as loops and includes, and reports them. */
function keepResources(stack: string, file: CloudFormationFile, unread: Unread[]): CloudFormationFile {
  const isResource = (value: Json | undefined): boolean => isObject(value) && typeof value.Type === 'string';
  const entries = Object.entries(toObject(file.Resources as unknown as Json));
  for (const [id, value] of entries) {
    if (isResource(value)) continue;
    const reason = id.startsWith('Fn::')
      ? 'because its resources exist only after the transform. Give the processed template'
      : 'because it has no Type. Give it one';
    unread.push({ id: `${stack}/${id}`, reason });
  }
  const own = Object.fromEntries(entries.filter(([, value]) => isResource(value)));
  return { ...file, Resources: own as unknown as CloudFormationFile['Resources'] };
}
