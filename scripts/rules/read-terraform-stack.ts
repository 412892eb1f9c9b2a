import type { JsonObject } from '../../stacks/model/json.ts';
import { readTerraform } from '../../stacks/rules/template/read-terraform.ts';
import { type Resource, Template } from '../../stacks/rules/template/template.ts';
import type { TerraformFile } from '../platform/terraform/translate/terraform-text.ts';
import { buildTerraformGraph } from '../platform/terraform/translate/translate.ts';

/**
 * A stack's file, with each resource of AWS twice: as Terraform has it, and in CloudFormation's terms. So one rule
 * reads both tools, and a rule about Terraform's own arguments reads those.
 */
export function readTerraformStack(file: JsonObject): Template {
  const own = readTerraform(file);
  const whole = { resource: {}, output: {}, variable: {}, ...file } as unknown as TerraformFile;
  const { parts } = buildTerraformGraph(whole, { lenient: true });
  const dependsOn = new Map(own.map((resource) => [resource.id, resource.dependsOn]));
  const translated = [...parts].map(([id, part]): Resource => ({ id, ...part, dependsOn: dependsOn.get(id) ?? [] }));
  return new Template([...own, ...translated]);
}
