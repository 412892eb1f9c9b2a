import { isObject, type Json, type JsonObject, toList, toObject } from '../../model/json.ts';
import { expandDynamicBlocks } from './dynamic-blocks.ts';
import type { Unread } from './template.ts';

/** The parts of a Terraform file in JSON that rules read. */
export interface TerraformFile {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly variable?: Readonly<Record<string, JsonObject>>;
  readonly provider?: JsonObject;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** A file whose blocks are objects at every level, and the parts that were not read. */
export interface NormalizedFile extends Required<TerraformFile> {
  readonly output: Readonly<Record<string, { readonly value: Json }>>;
  readonly unread: readonly Unread[];
}

/** Terraform accepts a list of objects instead of an object of blocks: in a file, a type and a body. */
export function normalizeTerraform(file: Json): NormalizedFile {
  const { resource, data, variable, provider, output, module } = merge(file);
  const unread: Unread[] = Object.keys(merge(module)).map((name) => ({
    id: `module.${name}`,
    reason: 'because its resources are in other files. Give the plan of a file without modules',
  }));
  const toBlocks = (blocks: Json | undefined, prefix = ''): Blocks =>
    mapValues(merge(blocks), (named, type) =>
      mapValues(merge(named), (body, name) => toBody(body, `${prefix}${type}.${name}`, unread)),
    );
  return {
    resource: toBlocks(resource),
    data: toBlocks(data, 'data.'),
    variable: mapValues(merge(variable), (body, name) => toBody(body, `variable.${name}`, unread)),
    provider: merge(provider),
    output: mapValues(merge(output), (body, name) => ({
      value: toBody(body, `output.${name}`, unread).value ?? null,
    })),
    unread,
  };
}

function toBody(value: Json, id: string, unread: Unread[]): JsonObject {
  const [first, ...others] = toList(value);
  if (!isObject(first)) unread.push({ id, reason: `because its body is ${JSON.stringify(value)}, not an object` });
  if (others.length > 0)
    unread.push({ id, reason: `because it has ${others.length + 1} bodies: Terraform refuses it` });
  const { body, unknown } = expandDynamicBlocks(toObject(first));
  for (const name of new Set(unknown))
    unread.push({
      id,
      reason: `because only an apply knows its dynamic block '${name}'. Give for_each a list of this file, or write the blocks out`,
      types: [id.replace(/\.[^.]*$/, '')],
    });
  return body;
}

/** A list of objects as one object, in which each key keeps all its values. */
function merge(value: Json | undefined): JsonObject {
  const merged: Record<string, Json> = {};
  for (const [key, one] of toList(value).flatMap((block) => Object.entries(toObject(block))))
    merged[key] = merged[key] === undefined ? one : [...toList(merged[key]), ...toList(one)];
  return merged;
}

function mapValues<T>(value: JsonObject, map: (one: Json, key: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '//')
      .map(([key, one]) => [key, map(one, key)]),
  );
}
