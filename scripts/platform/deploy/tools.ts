import { CliError } from '../../cli/cli.ts';
import type { Iac } from '../../cli/iac-name.ts';
import { cdkTool } from '../cdk/tool.ts';
import { terraformTool } from '../terraform/tool.ts';
import type { DeployTool } from './deployment.ts';

/** One line a tool: a fork that drops one deletes its line. */
const tools: Partial<Record<Iac, DeployTool>> = {
  cdk: cdkTool,
  terraform: terraformTool,
};

/** @throws {CliError} `iac_missing` when the tool was left out of the project */
export function findTool(iac: Iac): DeployTool {
  const tool = tools[iac];
  if (tool) return tool;
  const names = Object.keys(tools);
  throw new CliError('iac_missing', `this project has no ${iac}, only ${names.join(', ')}`, `--iac ${names[0]}`);
}

/** Why a tool cannot run on this machine; undefined when it can. */
export function findToolLack(iac: Iac): string | undefined {
  const tool = tools[iac];
  return tool ? tool.findLack() : `this project has no ${iac}`;
}

/** What is used unless a command says otherwise. */
export const defaultIac: Iac = tools.cdk ? 'cdk' : 'terraform';
