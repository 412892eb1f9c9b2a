import { findStage } from '../../../../stacks/model/stages/stages.ts';
import { runTool } from '../cli-token.ts';
import { domain } from '../dns.ts';
import type { DoctorOptions, Opened } from '../examine.ts';
import { issuer } from '../issuer.ts';
import { placeholders } from '../placeholders.ts';
import type { Plan } from '../run-checks.ts';
import { readVariables, variables } from '../variables.ts';
import { publicWeb } from '../web.ts';
import { cores, credentials, group, names, providers, region, roles, storageQuota } from './checks.ts';
import { AzureContext } from './context.ts';

/** All checks of a stage on Azure. */
export const azurePlan: Plan<AzureContext> = {
  first: [placeholders('azure'), variables],
  gates: [credentials],
  rest: [region, roles, providers, storageQuota, cores, group, names, issuer, domain],
};

export async function open({ stage, account }: DoctorOptions): Promise<Opened<AzureContext>> {
  const context = new AzureContext({
    ...{ stage: findStage(stage), account },
    variables: readVariables(stage, 'azure'),
    web: publicWeb(),
    run: runTool,
  });
  return {
    context,
    plan: azurePlan,
    place: async () => `Azure, subscription ${context.subscription || 'not set'}, ${context.location}`,
    // A custom role, for az role definition create.
    toPolicy: (permissions) => ({
      Name: 'Doctor',
      Description: 'Reads what npm run doctor looks at',
      Actions: permissions.map(({ action }) => action),
      AssignableScopes: [`/subscriptions/${context.subscription || 'SUBSCRIPTION'}`],
    }),
  };
}
