import type { Spelling } from '../spelling.ts';

/** Behaviour of a run, in memory. */
export const unitTest = ({ name, capital }: Spelling): string => `import { expect, test } from 'vitest';
import { leases } from '../../../functions/adapters/memory/lease.ts';
import { workAlone } from '../../../functions/${name}/policies.ts';
import { offer } from '../../support/actions.ts';
import { memorySystem } from '../../support/memory-system.ts';

function ${name}() {
  const system = memorySystem();
  const { store } = leases();
  const run = (remainingMs = 60_000) => workAlone({ ...system.ports, leases: store }, () => remainingMs);
  return { ...system, store, run };
}

test('goes through every product', async () => {
  const system = ${name}();
  await offer(system, 1);
  await system.run();
  expect(system.count('${capital}Done')).toBe(1);
});

test('does nothing while another run holds the lease, and works once it is free', async () => {
  const system = ${name}();
  await offer(system, 1);
  const now = Date.parse(system.ports.clock.now());
  const lease = await system.store.take('${name}', 'another', now, 60_000);
  await system.run();
  expect(system.count('${capital}Done')).toBe(0);
  if (lease) await system.store.release(lease);
  await system.run();
  expect(system.count('${capital}Done')).toBe(1);
});

test('begins no page when time runs short, and frees the lease', async () => {
  const system = ${name}();
  await offer(system, 1);
  await system.run(5_000);
  expect(system.count('${capital}Done')).toBe(0);
  await system.run();
  expect(system.count('${capital}Done')).toBe(1);
});
`;

/** The deployed function, called as its schedule calls it. */
export const deployedTest = ({
  name,
}: Spelling): string => `import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, expect, test } from 'vitest';
import { logLines } from '../../../scripts/sale/function-log.ts';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import { eventually, freshProduct, platform, sdkConfig } from '../../support/deployed.ts';

const lambda = new LambdaClient(sdkConfig);
afterAll(() => lambda.destroy());

test('goes through the products when its timer calls it', async () => {
  await freshProduct();
  const run = new InvokeCommand({ FunctionName: physicalName(platform.stage, '${name}'), Qualifier: aliasName });
  expect((await lambda.send(run)).FunctionError).toBeUndefined();
  await eventually(async () => {
    const lines = await logLines<{ readonly products: number }>(platform, { service: '${name}', message: '${name}' });
    expect(lines.some(({ products }) => products > 0)).toBe(true);
  });
});
`;
