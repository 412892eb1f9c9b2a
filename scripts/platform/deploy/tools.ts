import { CliError } from '../../cli/cli.ts';
import type { Iac } from '../../cli/iac-name.ts';
import { cdkTool } from '../cdk/tool.ts';
import { terraformTool } from '../terraform/tool.ts';
import type { DeployTool } from './deployment.ts';

/** One line per tool, so that a fork can drop a tool by deleting its line. */
const tools: Partial<Record<Iac, DeployTool>> = {
  cdk: cdkTool,
  terraform: terraformTool,
};

/** @throws {CliError} `iac_missing` if the project does not include the tool */
export function findTool(iac: Iac): DeployTool {
  const tool = tools[iac];
  if (tool) return tool;
  const names = Object.keys(tools);
  throw new CliError('iac_missing', `this project has no ${iac}, only ${names.join(', ')}`, `--iac ${names[0]}`);
}

/** Returns why a tool cannot run on this machine; undefined if it can. */
export function findToolLack(iac: Iac): string | undefined {
  const tool = tools[iac];
  return tool ? tool.findLack() : `this project has no ${iac}`;
}

/** The tool used unless a command names another. */
export const defaultIac: Iac = tools.cdk ? 'cdk' : 'terraform';
