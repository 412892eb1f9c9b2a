import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { JsonObject } from '../../stacks/model/json.ts';
import { readCloudFormation } from '../../stacks/rules/template/read-cloudformation.ts';
import type { CloudFormationFile } from '../../stacks/rules/template/stack-links.ts';
import type { Template } from '../../stacks/rules/template/template.ts';
import { CliError } from '../cli/cli.ts';
import { readTerraformStack } from './read-terraform-stack.ts';

export interface NamedTemplate {
  readonly name: string;
  readonly template: Template;
}

/** CloudFormation's files are the stacks of one stage, so that their references resolve; each Terraform file is one. */
export function readFiles(paths: readonly string[]): readonly NamedTemplate[] {
  const files = paths.map((path) => ({ path, content: readJson(path) }));
  const stacks = files.filter(({ content }) => 'Resources' in content);
  const unknown = files.find(({ content }) => !('Resources' in content || 'resource' in content));
  if (unknown)
    throw new CliError(
      'template_unknown',
      `${unknown.path} has neither 'Resources' nor 'resource'`,
      'Give CloudFormation templates or Terraform files in JSON.',
    );
  const stage = Object.fromEntries(
    stacks.map(({ path, content }) => [toStackName(path), content as unknown as CloudFormationFile]),
  );
  return [
    ...(stacks.length > 0 ? [{ name: 'CloudFormation', template: readCloudFormation(stage) }] : []),
    ...files
      .filter(({ content }) => 'resource' in content)
      .map(({ path, content }) => ({ name: basename(dirname(path)), template: readTerraformStack(content) })),
  ];
}

const toStackName = (path: string): string => basename(path).replace(/(\.template)?\.json$/, '');

function readJson(path: string): JsonObject {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  } catch (error) {
    throw new CliError(
      'template_unreadable',
      `${path}: ${(error as Error).message}`,
      'Give the path of a template in JSON.',
    );
  }
}
