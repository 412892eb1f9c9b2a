import { type Json, type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import { readCloudFormation } from '../../stacks/rules/template/read-cloudformation.ts';
import { type CloudFormationFiles, StackLinks } from '../../stacks/rules/template/stack-links.ts';
import type { Graph, Part } from '../platform/terraform/translate/graph.ts';

/** Builds one graph from a stage's stacks. Parameters and outputs that link stacks become references. */
export function buildCdkGraph(files: CloudFormationFiles): Graph {
  const links = new StackLinks(files);
  const parts = new Map(
    readCloudFormation(files).resources.map(({ id, type, properties, kept }) => [id, { type, properties, kept }]),
  );
  const outputs = Object.entries(files).flatMap(([stack, { Outputs = {} }]) =>
    Object.entries(Outputs).map(([key, { Value }]): [string, Json] => [key, links.link(stack, Value)]),
  );
  return { parts, outputs: new Map(outputs), tags: mergeTags(parts) };
}

/** Merges the tags of all tagged resources. A resource with different tags makes the result differ from Terraform's. */
function mergeTags(parts: ReadonlyMap<string, Part>): JsonObject {
  const found = [...parts.values()].flatMap(({ type, properties }) => {
    if (type === 'AWS::CertificateManager::Certificate') return [];
    const { Tags: tags = toObject(toList(properties.Replicas)[0]).Tags } = properties;
    if (tags === undefined) return [];
    if (!Array.isArray(tags)) return [toObject(tags)];
    return [Object.fromEntries(tags.map(toObject).map(({ Key, Value }) => [String(Key), Value ?? null]))];
  });
  return Object.assign({}, ...found);
}
