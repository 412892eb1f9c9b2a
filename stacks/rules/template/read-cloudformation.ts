import { toList, toObject } from '../../model/json.ts';
import { type CloudFormationFiles, StackLinks } from './stack-links.ts';
import { type Resource, Template } from './template.ts';

/** Joins a stage's stacks, by name. Parameters and outputs that link the stacks become references. */
export function readCloudFormation(files: CloudFormationFiles): Template {
  const links = new StackLinks(files);
  const resources = Object.entries(files).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(
      ([id, { Type: type, Properties = {}, DeletionPolicy = '', DependsOn, UpdatePolicy }]): Resource => ({
        id: `${stack}/${id}`,
        type,
        properties: toObject(links.link(stack, Properties)),
        kept: DeletionPolicy.startsWith('Retain'),
        dependsOn: toList(DependsOn).map((one) => `${stack}/${String(one)}`),
        ...(UpdatePolicy && { updatePolicy: toObject(links.link(stack, UpdatePolicy)) }),
      }),
    ),
  );
  return new Template(resources);
}
