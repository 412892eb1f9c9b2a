import { firstObject, type JsonObject, toList } from '../../model/json.ts';
import { normalizeTerraform, type TerraformFile } from './normalize-terraform.ts';
import { type Resource, Template } from './template.ts';

/**
 * The file's resources and data sources; the id of a data source begins with `data.`. Variables and providers are
 * resources of the types `variable` and `provider`.
 */
export function readResources({
  resource = {},
  data = {},
  variable = {},
  provider = {},
}: TerraformFile): readonly Resource[] {
  const providers = Object.fromEntries(Object.entries(provider).map(([name, blocks]) => [name, firstObject(blocks)]));
  return [...readBlocks({ variable, provider: providers, ...resource }, ''), ...readBlocks(data, 'data.')];
}

function readBlocks(blocks: NonNullable<TerraformFile['resource']>, prefix: string): readonly Resource[] {
  return Object.entries(blocks).flatMap(([type, resources]) =>
    Object.entries(resources).map(
      ([name, properties]): Resource => ({
        id: `${prefix}${type}.${name}`,
        type: `${prefix}${type}`,
        properties,
        kept: firstObject(properties.lifecycle).prevent_destroy === true,
        dependsOn: toList(properties.depends_on).map(String),
      }),
    ),
  );
}

/** Reads a file in Terraform's own terms only. */
export function readTerraform(file: JsonObject): Template {
  const { unread, ...normalized } = normalizeTerraform(file);
  return new Template(readResources(normalized), unread);
}
