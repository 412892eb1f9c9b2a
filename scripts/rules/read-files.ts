import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Json, type JsonObject, toList, toObject } from '../../stacks/model/json.ts';
import { readCloudFormation } from '../../stacks/rules/template/read-cloudformation.ts';
import type { CloudFormationFile } from '../../stacks/rules/template/stack-links.ts';
import type { Template } from '../../stacks/rules/template/template.ts';
import { CliError } from '../cli/cli.ts';
import { readTerraformStack } from './read-terraform-stack.ts';

export interface NamedTemplate {
  readonly name: string;
  readonly template: Template;
}

/**
 * CloudFormation files are the stacks of one stage, so that their references resolve. Each Terraform file is its own
 * stage.
 */
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
  const empty = files.find(({ content: { Resources, resource } }) => isEmpty(Resources ?? resource));
  if (empty)
    throw new CliError('template_empty', `${empty.path} has no resource`, 'Give a file that has. Nothing was checked.');
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

/**
 * The files of another folder that were rendered from the same stacks. For CloudFormation all of them, because a stack
 * may have been removed; for Terraform those of the same name, because a folder may hold several stages.
 */
export function findBefore(folder: string, paths: readonly string[]): readonly string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const byCdk = paths.some((path) => path.endsWith('.template.json'));
  const stacks = paths
    .filter((path) => !path.endsWith('.template.json'))
    .flatMap((path) => ['', 'stacks'].map((inner) => join(folder, inner, basename(dirname(path)), basename(path))));
  const found = [
    ...(byCdk ? names.filter((name) => name.endsWith('.template.json')).map((name) => join(folder, name)) : []),
    ...stacks.filter((path) => existsSync(path)),
  ];
  if (found.length > 0) return found;
  throw new CliError(
    'before_missing',
    `${folder} holds no template of the same stacks`,
    'Render the deployed commit into it: npx cdk synth --quiet -c stage=NAME --output FOLDER',
  );
}

const isEmpty = (resources: Json | undefined): boolean =>
  toList(resources).every((block) => Object.keys(toObject(block)).length === 0);

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
