import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import { deployIssuer } from '../../../../stacks/model/operations/deploy-role.ts';
import { isHome } from '../../../../stacks/model/stages/regions.ts';
import { type Check, failed, ok } from '../check.ts';
import { type AwsContext, readOwn } from './context.ts';

const provider = `oidc-provider/${new URL(deployIssuer).host}`;

/** An account can have only one provider of GitHub's tokens; without one, no workflow can sign in. */
export const githubProvider: Check<AwsContext> = {
  name: 'github-provider',
  permissions: [{ action: 'iam:ListOpenIDConnectProviders' }, ...readOwn],
  look: async (context) => {
    const { deploy } = context.stage;
    const { OpenIDConnectProviderList = [] } = await context.edge().iam.send(new ListOpenIDConnectProvidersCommand({}));
    const arn = OpenIDConnectProviderList.map(({ Arn = '' }) => Arn).find((one) => one.endsWith(provider));
    const found = arn ?? 'none in this account';
    if (!deploy?.createsProvider || !isHome(context.stage)) {
      const needed = 'one: the stage does not create it';
      const action = 'Set deploy.createsProvider in one stage of the account, and deploy that stage first.';
      return arn === undefined ? failed(found, needed, action) : ok(found, needed);
    }
    const needed = "none except this stage's own";
    if (arn === undefined || (await context.owned()).has(arn)) return ok(found, needed);
    return failed(found, needed, 'Set deploy.createsProvider to false: the role uses the existing one.');
  },
};
