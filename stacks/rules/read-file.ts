import type { JsonObject } from '../model/json.ts';
import { readCloudFormation } from './template/read-cloudformation.ts';
import { readTerraform } from './template/read-terraform.ts';
import type { CloudFormationFile } from './template/stack-links.ts';
import type { Template } from './template/template.ts';

/** Reads one template of either tool. Throws on anything else, and on a template without resources. */
export function readTemplate(file: JsonObject): Template {
  const template = readKnown(file);
  const own = template.resources.filter(({ type }) => !/^(data\.|variable$|provider$)/.test(type));
  if (own.length > 0 || template.unread.length > 0) return template;
  throw new Error('template: has no resource. Give one that has');
}

function readKnown(file: JsonObject): Template {
  if ('Resources' in file) return readCloudFormation({ template: file as unknown as CloudFormationFile });
  if ('resource' in file) return readTerraform(file);
  throw new Error(
    `template: must have 'Resources' (CloudFormation) or 'resource' (Terraform), got ${Object.keys(file).join(', ') || 'nothing'}`,
  );
}
