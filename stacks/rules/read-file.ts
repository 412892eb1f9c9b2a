import type { JsonObject } from '../model/json.ts';
import { readCloudFormation } from './template/read-cloudformation.ts';
import { readTerraform } from './template/read-terraform.ts';
import type { CloudFormationFile } from './template/stack-links.ts';
import { Template } from './template/template.ts';

/** Reads one template of either tool. Throws on anything else. */
export function readTemplate(file: JsonObject): Template {
  if ('Resources' in file) return readCloudFormation({ template: file as unknown as CloudFormationFile });
  if ('resource' in file) return new Template(readTerraform(file));
  throw new Error(
    `template: must have 'Resources' (CloudFormation) or 'resource' (Terraform), got ${Object.keys(file).join(', ') || 'nothing'}`,
  );
}
