import { type JsonObject, toList } from '../../stacks/model/json.ts';
import { normalizeTerraform } from '../../stacks/rules/template/normalize-terraform.ts';
import { readResources } from '../../stacks/rules/template/read-terraform.ts';
import { type Resource, Template, type Unread } from '../../stacks/rules/template/template.ts';
import type { TerraformFile } from '../platform/terraform/translate/terraform-text.ts';
import { buildTerraformGraph, toCloudFormationType } from '../platform/terraform/translate/translate.ts';

/**
 * Reads a stack's file, with each AWS resource twice: in Terraform's terms, and in CloudFormation's. So one rule covers
 * both tools, and a rule about Terraform's own arguments can read those.
 */
export function readTerraformStack(file: JsonObject): Template {
  const { unread, ...normalized } = normalizeTerraform(file);
  const own = readResources(normalized);
  const whole = { ...normalized, provider: { aws: toList(normalized.provider.aws) } } as unknown as TerraformFile;
  const { parts, unread: unreadable = [], untranslated = [] } = buildTerraformGraph(whole, { lenient: true });
  const dependsOn = new Map(own.map((resource) => [resource.id, resource.dependsOn]));
  const translated = [...parts].map(([id, part]): Resource => ({ id, ...part, dependsOn: dependsOn.get(id) ?? [] }));
  const foreign = untranslated.filter(({ type }) => type.startsWith('aws_'));
  return new Template([...own, ...translated], [...unread.map(toBothTools), ...unreadable], new Map(), foreign);
}

/** With the type under which rules in CloudFormation's terms read the resource. */
const toBothTools = ({ types, ...unread }: Unread): Unread =>
  types === undefined
    ? unread
    : { ...unread, types: [...types, ...types.flatMap((type) => toCloudFormationType(type) ?? [])] };
