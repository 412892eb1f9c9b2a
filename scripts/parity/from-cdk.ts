import { isObject, type Json, type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import type { Graph, Part } from '../platform/terraform/translate/graph.ts';

/** The compared parts of a synthesized template. */
export interface CdkTemplate {
  readonly Resources: Readonly<Record<string, CdkResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: Json }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json }>>;
}

interface CdkResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DeletionPolicy?: string;
}

const published = 'AWS::SSM::Parameter::Value<String>';

/** Builds one graph from a stage's stacks. Parameters and outputs that link stacks become references. */
export function buildCdkGraph(templates: Readonly<Record<string, CdkTemplate>>): Graph {
  const parts = new Map<string, Part>();
  const outputs = new Map<string, Json>();
  const values = new Map<string, { stack: string; value: Json }>();
  for (const [stack, template] of Object.entries(templates))
    for (const { Type, Properties } of Object.values(template.Resources))
      if (Type === 'AWS::SSM::Parameter')
        values.set(String(Properties?.Name), { stack, value: Properties?.Value ?? null });

  const scoped = (stack: string, value: Json): Json => {
    if (Array.isArray(value)) return value.map((one) => scoped(stack, one));
    if (!isObject(value)) return value;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::GetStackOutput': output } = value;
    if (typeof Ref === 'string') return reference(stack, Ref);
    if (Array.isArray(attribute)) return { 'Fn::GetAtt': [`${stack}/${String(attribute[0])}`, attribute[1] ?? ''] };
    if (isObject(output)) {
      const other = String(output.StackName);
      return scoped(other, templates[other]?.Outputs?.[String(output.OutputName)]?.Value ?? null);
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scoped(stack, one)]));
  };
  const reference = (stack: string, name: string): Json => {
    const parameter = templates[stack]?.Parameters?.[name];
    const source = parameter?.Type === published ? values.get(String(parameter.Default)) : undefined;
    if (source) return scoped(source.stack, source.value);
    return { Ref: name.startsWith('AWS::') ? name : `${stack}/${name}` };
  };

  for (const [stack, template] of Object.entries(templates)) {
    for (const [id, { Type, Properties = {}, DeletionPolicy = '' }] of Object.entries(template.Resources)) {
      const kept = DeletionPolicy.startsWith('Retain');
      parts.set(`${stack}/${id}`, { type: Type, properties: toObject(scoped(stack, Properties)), kept });
    }
    for (const [key, { Value }] of Object.entries(template.Outputs ?? {})) outputs.set(key, scoped(stack, Value));
  }
  return { parts, outputs, tags: mergeTags(parts) };
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
