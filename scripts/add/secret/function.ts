import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { SecretSpelling } from './spelling.ts';

const policies = 'functions/fulfilment/policies.ts';
const useCase = 'functions/fulfilment/fulfil-order.ts';

/** The function reads it before it claims an order, and may use it in each call to its holder. */
export function addFunction(draft: Draft, spelling: SecretSpelling, kept: Kept): void {
  addPolicy(draft, spelling);
  addUseCase(draft, spelling);
  const { env } = spelling;
  addEntry(draft, spelling, 'aws', `secret(env.${env})`);
  if (kept.azure) addEntry(draft, spelling, 'azure', `secret(env.${env}, { clientId: env.DATA__clientId })`);
  if (kept.google) addEntry(draft, spelling, 'google', `secret(env.${env})`);
}

function addPolicy(draft: Draft, { holder, env, port }: SecretSpelling): void {
  draft.after(
    policies,
    ['fulfilmentEnv', 'PARTNER_SECRET'],
    `\n  /** Location of the key from the ${holder}. */\n  ${env}: resource`,
  );
  draft.after(
    policies,
    ['onKeyError'],
    `/** The key from the ${holder}. While none was ever read, orders wait as if the partner were down. */
export const ${port} = (store: SecretStore): Secret =>
  cachedSecret(store, {
    parse: (text) => text,
    toFailure: () => new PartnerDown('the key from the ${holder} cannot be read', 0),
    onError: (error) => logger.warn('the key from the ${holder} cannot be read', { error }),
  });`,
  );
  draft.import(policies, ['cachedSecret'], '../lib/cached-secret.ts');
  draft.import(policies, ['type Secret', 'type SecretStore'], '../ports/secret.ts');
}

function addUseCase(draft: Draft, { holder, port }: SecretSpelling): void {
  draft.after(
    useCase,
    ['FulfilmentPorts', 'partner'],
    `/** The key from the ${holder}, for calls to the ${holder}. Never log its value. */\n  readonly ${port}: Secret;`,
  );
  draft.swap(useCase, ['handOver'], ' } = ports;', `, ${port} } = ports;`);
  draft.below(
    useCase,
    ['handOver', '=await partner.ready();'],
    `// No order is claimed before the key for the ${holder} is available.\n  await ${port}.current();`,
  );
  draft.import(useCase, ['type Secret'], '../ports/secret.ts');
  const known = `${port}: { current: async () => 'a key from the ${holder}' }`;
  draft.after('test/support/memory-system.ts', ['memorySystem', 'pause'], known);
  draft.after('test/support/corruption/sale.ts', ['cancellableMs'], known);
}

function addEntry(draft: Draft, { port }: SecretSpelling, cloud: string, store: string): void {
  const entry = `functions/fulfilment/${cloud}.ts`;
  draft.after(entry, ['ports', 'gate'], `${port}: ${port}(${store})`);
  draft.import(entry, [port], './policies.ts');
}
