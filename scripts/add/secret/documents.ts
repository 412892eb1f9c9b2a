import { physicalName } from '../../../stacks/model/names.ts';
import { stages } from '../../../stacks/model/stages/stages.ts';
import type { Draft } from '../draft.ts';
import { raiseDollars } from '../step/costs.ts';
import type { SecretSpelling } from './spelling.ts';

/** Dollars a month, in each of the guide's columns. Google's table has no row for secrets; Azure charges nothing idle. */
const price = 0.4;

/** Adds a stage's costs for it; a test compares the guide with the stages. */
export const addCosts = (draft: Draft): void =>
  raiseDollars(draft, 'docs/deploying/aws.md', {
    'secrets: ': [stages.dev, stages.staging, stages.prod].map(() => price),
  });

export function addDocuments(draft: Draft, spelling: SecretSpelling): void {
  const { holder } = spelling;
  draft.line('docs/runbook.md', { before: '## fulfilment-requests-dlq' }, rotation(spelling));
  draft.rewrite(
    'README.md',
    /^\| the partner's secret \|.*$/,
    (row) =>
      `${row}\n| the ${holder}'s key | made up by the first deploy. [Put in](docs/runbook.md#rotate-the-${holder}s-secret) what the ${holder} gave you | all |`,
  );
  draft.rewrite(
    'CHANGELOG.md',
    /^## \[Unreleased\]\n(?:### Added\n)?/,
    () =>
      `## [Unreleased]\n### Added\n- The secret \`${spelling.secret}\` of fulfilment ([runbook](docs/runbook.md#rotate-the-${holder}s-secret)).\n`,
  );
}

const rotation = ({ holder, secret }: SecretSpelling): string => `### Rotate the ${holder}'s secret

Nothing to deploy, and no order fails. The first deploy makes up a value that nobody knows; put in the real one the same
way.

1. Get the new key from the ${holder}, who must accept it beside the old one. Write it to the file \`new\`.
2. Make it the newest version:
   - AWS: \`aws secretsmanager put-secret-value --secret-id ${physicalName('prod', secret)} --secret-string file://new\`
   - Azure: \`az keyvault secret set --vault-name NAME --name ${secret} --file new\`. You need the role Key Vault
     Secrets Officer on the vault; the deploy needs none.
   - Google: \`gcloud secrets versions add ${physicalName('prod', secret)} --data-file=new\`
3. Delete the file. Functions use the new key within five minutes; then the ${holder} may drop the old one.
4. While the store is gone, functions go on with the last key that they read. New ones find none: orders stay
   \`CONFIRMED\` and wait, and the log says \`the key from the ${holder} cannot be read\`.
`;
