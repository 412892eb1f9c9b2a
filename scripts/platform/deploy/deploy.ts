import { clients } from '../engine/target.ts';
import type { Deployment, Outputs } from './deployment.ts';
import { reapplyDroppedSettings } from './reapply.ts';
import { findTool } from './tools.ts';

/** Deploys a stage with the deployment's tool. */
export async function deploy(deployment: Deployment): Promise<Outputs> {
  const { target, stage, iac } = deployment;
  const tool = findTool(iac);
  const sdk = clients(target);
  try {
    const outputs = await tool.deploy(deployment, sdk);
    await reapplyDroppedSettings(sdk, target, stage, tool.readTemplates(deployment));
    return outputs;
  } finally {
    for (const client of Object.values(sdk)) client.destroy();
  }
}
