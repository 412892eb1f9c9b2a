import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { SecretSpelling } from './spelling.ts';

export function addTests(draft: Draft, spelling: SecretSpelling, kept: Kept): void {
  const { holder, secret, env } = spelling;
  draft.create(`test/unit/fulfilment/${holder}-secret.test.ts`, behaviour(spelling));
  draft.create(`test/integration/workers/${holder}-secret.test.ts`, onThePlatform(spelling));
  if (kept.terraform)
    draft.after(
      'test/terraform/service-secrets.test.ts',
      ['expected', 'partner-signing-key'],
      `'${secret}': {
    env: '${env}',
    firstValue: () => 'sha256(join(" ", ["${holder}", var.origin_secret]))',
    mountPath: '/etc/${secret}',
  }`,
    );
  if (kept.azure)
    draft.sortIn(
      'test/terraform/azure-protection.test.ts',
      ['grants each service only the permissions that it needs'],
      [`fulfilment: Key Vault Secrets User of /secrets/${secret}`],
    );
}

const behaviour = (spelling: SecretSpelling): string => `${preparation(spelling)}
${cases(spelling)}`;

const preparation = ({ port }: SecretSpelling): string => `import { afterEach, expect, test, vi } from 'vitest';
import { deadLetters, fulfilmentQueue } from '../../../functions/adapters/memory/messaging.ts';
import { fulfilMessage } from '../../../functions/fulfilment/messages.ts';
import { ${port} } from '../../../functions/fulfilment/policies.ts';
import { logger } from '../../../functions/runtime/log.ts';
import { offer, place, settleAll } from '../../support/actions.ts';
import { memoryPartner } from '../../support/memory-partner.ts';
import { memorySystem, traceparent } from '../../support/memory-system.ts';

const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
afterEach(() => warn.mockClear());

async function handOver(read: () => Promise<string>) {
  const system = memorySystem();
  await offer(system, 1);
  const orderId = await place(system);
  await settleAll(system);
  const body = JSON.stringify({ v: 1, traceparent, order: { orderId } });
  await fulfilMessage(
    { body, messageId: 'm' },
    {
      ...system.ports,
      ${port}: ${port}({ read }),
      partner: memoryPartner().partner,
      gate: { pass: (work) => work() },
      queue: fulfilmentQueue(system.state),
      deadLetters: deadLetters(system.state),
      cancellableMs: 0,
      giveUpMs: 60_000,
      random: () => 0.5,
    },
  );
  return { state: system.state.orders.get(orderId)?.order.state, waiting: system.state.fulfilments };
}
`;

const cases = ({
  holder,
  port,
}: SecretSpelling): string => `test('reads the key from the ${holder}, and hands the order over', async () => {
  const read = vi.fn(async () => 'a key from the ${holder}\\n');
  expect(await handOver(read)).toEqual({ state: 'FULFILLED', waiting: [] });
  expect(read).toHaveBeenCalledOnce();
  expect(await ${port}({ read }).current()).toBe('a key from the ${holder}');
});

test.each<[string, () => Promise<string>]>([
  ['cannot be read', () => Promise.reject(new Error('not authorized'))],
  ['is empty', async () => '\\n'],
])('claims no order while the key from the ${holder} %s: it waits', async (_, read) => {
  const { state, waiting } = await handOver(read);
  expect(state).toBe('CONFIRMED');
  expect(waiting).toMatchObject([{ delayMs: 1_500 }]);
  expect(warn).toHaveBeenCalledWith('the key from the ${holder} cannot be read', { error: expect.any(Error) });
});
`;

const onThePlatform = ({
  holder,
  secret,
}: SecretSpelling): string => `import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { physicalName } from '../../../stacks/model/names.ts';
import { generatedSecret } from '../../../stacks/model/secrets.ts';
import { eventually, freshKey, freshProduct, platform, sdkConfig, shop, tokenOf } from '../../support/deployed.ts';

const window = 40_000;

test('the deploy generates the first key of the ${holder}', async () => {
  const secrets = new SecretsManagerClient(sdkConfig);
  const SecretId = physicalName(platform.stage, '${secret}');
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  secrets.destroy();
  expect(SecretString).toHaveLength(generatedSecret.passwordLength);
});

// Without the right to read it, no order would be claimed.
test('fulfilment reads the key from the ${holder}, and hands an order over', async () => {
  const token = await tokenOf('${holder}');
  const sku = await freshProduct();
  const { body } = await shop.placeOrder(token, freshKey(), { sku, quantity: 1 });
  const handedOver = async () =>
    expect(await shop.getOrder(token, body.orderId)).toMatchObject({ body: { state: 'FULFILLED' } });
  await eventually(handedOver, window);
});
`;
