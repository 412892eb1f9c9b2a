import type { DeployTool } from '../deploy/deployment.ts';
import type { EdgeTemplate } from '../edge/template-values.ts';
import { applyTerraform, readStackFile, terraformRun } from './apply.ts';
import { endTerraform } from './drift.ts';
import { findTerraformLack } from './provider.ts';
import { buildTerraformGraph } from './translate/translate.ts';

/** Deploys with CDKTF and Terraform. */
export const terraformTool: DeployTool = {
  deploy: (deployment) => applyTerraform(deployment),
  readTemplates: () => [],
  readEdge(deployed): EdgeTemplate {
    const { parts } = buildTerraformGraph(readStackFile(deployed));
    const resources = [...parts].map(([id, { type, properties }]) => [id, { Type: type, Properties: properties }]);
    return { Resources: Object.fromEntries(resources) };
  },
  end: (deployed) => endTerraform(terraformRun(deployed)),
  findLack: findTerraformLack,
};
