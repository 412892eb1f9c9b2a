import { type JsonObject, listOf, objectOf } from '../../model/json.ts';
import type { Resource } from './template.ts';

/** The parts of a Terraform file in JSON that rules read. */
export interface TerraformFile {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

/** Resources and data sources as the file has them; the id of a data source begins with `data.`. */
export function readTerraform({ resource = {}, data = {} }: TerraformFile): readonly Resource[] {
  return [...readBlocks(resource, ''), ...readBlocks(data, 'data.')];
}

function readBlocks(blocks: NonNullable<TerraformFile['resource']>, prefix: string): readonly Resource[] {
  return Object.entries(blocks).flatMap(([type, resources]) =>
    Object.entries(resources).map(
      ([name, properties]): Resource => ({
        id: `${prefix}${type}.${name}`,
        type: `${prefix}${type}`,
        properties,
        kept: objectOf(listOf(properties.lifecycle)[0]).prevent_destroy === true,
        dependsOn: listOf(properties.depends_on).map(String),
      }),
    ),
  );
}
