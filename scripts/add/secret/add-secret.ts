import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import { addCosts, addDocuments } from './documents.ts';
import { addFunction } from './function.ts';
import { addEnvironments, addProbe } from './proofs.ts';
import { requireReader, requireSecretName } from './requirements.ts';
import { type SecretSpelling, toSecretSpelling } from './spelling.ts';
import { addTests } from './tests.ts';

export interface NewSecret {
  /** Its issuer. */
  readonly holder: string;
  /** The service whose function reads it. */
  readonly service: string;
}

/** A secret that a function reads while it runs, on every cloud that the project keeps. */
export function addSecret(draft: Draft, { holder, service }: NewSecret, folder: string, kept: Kept): void {
  const spelling = toSecretSpelling(holder);
  requireReader(service);
  requireSecretName(spelling, folder);
  addModel(draft, spelling, kept);
  addFunction(draft, spelling, kept);
  addEnvironments(draft, spelling, kept);
  if (kept.lab) addProbe(draft);
  addTests(draft, spelling, kept);
  addDocuments(draft, spelling);
  addCosts(draft);
}

/** Constructs, rights and variables of every cloud follow from these rows. */
function addModel(draft: Draft, { holder, secret, env }: SecretSpelling, kept: Kept): void {
  draft.after('stacks/model/resources.ts', ['secretNames', 'partner-signing-key'], `'${secret}'`);
  draft.after(
    'stacks/model/services.ts',
    ['services', 'fulfilment', partnerAccess],
    `{ kind: 'secret', env: '${env}', secret: '${secret}', actions: ['read'] }`,
  );
  draft.after(
    'stacks/model/secrets.ts',
    ['secretRows', 'partner-signing-key'],
    `'${secret}': {
    holder: '${holder}',
    purpose: ({ name }) => \`Shows the ${holder} that calls come from \${name}.\`,
  }`,
  );
  if (!kept.terraform) return;
  draft.after(
    'stacks/terraform/inputs.ts',
    ['commonInputs', 'partner-signing-key'],
    `\n      // Used until the ${holder}'s key is in the store: see the runbook.
      '${secret}': ownSecret('${holder}', originSecret)`,
  );
}

const partnerAccess = "={ kind: 'secret', env: 'PARTNER_SECRET', secret: 'partner-signing-key', actions: ['read'] }";
