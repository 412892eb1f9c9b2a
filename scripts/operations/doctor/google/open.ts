import { findStage } from '../../../../stacks/model/stages/stages.ts';
import { runTool } from '../cli-token.ts';
import { domain } from '../dns.ts';
import type { DoctorOptions, Opened } from '../examine.ts';
import { issuer } from '../issuer.ts';
import { placeholders } from '../placeholders.ts';
import type { Plan } from '../run-checks.ts';
import { readVariables, variables } from '../variables.ts';
import { publicWeb } from '../web.ts';
import { billing, cpu, credentials, enabledApis, names, project, roles } from './checks.ts';
import { GoogleContext } from './context.ts';

/** All checks of a stage on Google Cloud. */
export const googlePlan: Plan<GoogleContext> = {
  first: [placeholders('google'), variables],
  gates: [credentials, project],
  rest: [billing, enabledApis, roles, cpu, names, issuer, domain],
};

export async function open({ stage, account }: DoctorOptions): Promise<Opened<GoogleContext>> {
  const context = new GoogleContext({
    ...{ stage: findStage(stage), account },
    variables: readVariables(stage, 'google'),
    web: publicWeb(),
    run: runTool,
  });
  return {
    context,
    plan: googlePlan,
    place: async () => `Google Cloud, project ${context.project || 'not set'}, ${context.region}`,
    // A custom role, for gcloud iam roles create --file.
    toPolicy: (permissions) => ({
      title: 'Doctor',
      description: 'Reads what npm run doctor looks at',
      stage: 'GA',
      includedPermissions: permissions.map(({ action }) => action),
    }),
  };
}
