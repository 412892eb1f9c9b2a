import type { Draft } from '../draft.ts';
import type { Kept } from '../kept.ts';
import type { SecretSpelling } from './spelling.ts';

/** Sets the variable wherever the function is started without a stack. */
export function addEnvironments(draft: Draft, { holder, secret, env }: SecretSpelling, kept: Kept): void {
  const tell = (file: string, list: readonly string[], value: string) =>
    draft.after(file, [...list, 'PARTNER_SECRET'], `${env}: ${value}`);
  tell('scripts/contracts/environment.ts', ['functionEnvironment'], `'${secret}'`);
  tell('stacks/build/code-cache/first-calls.ts', ['firstEnvironment'], `'${secret}'`);
  tell('test/unit/entries/aws.test.ts', ['env'], `'${secret}'`);
  tell('test/unit/runtime/gone-dependency-workers.test.ts', ['settings'], `'${secret}'`);
  if (kept.planner) tell('scripts/planner/calibration/calibrate.ts', ['commonEnv'], `'${secret}'`);
  if (kept.simulation) tell('scripts/lab/simulation/dynamodb/entries.ts', ['shared'], `'${secret}'`);
  if (kept.azure) {
    tell('test/clouds/azure/gone-dependency.test.ts', ['settings'], 'secretFile()');
    if (kept.simulation)
      tell('scripts/lab/simulation/partition/azure/entries.ts', [], `'https://vault.invalid/secrets/${holder}'`);
  }
  if (kept.google) {
    tell('test/clouds/google/gone-dependency.test.ts', ['settings'], 'secretFile()');
    if (kept.simulation) tell('scripts/lab/simulation/firestore/entries.ts', [], `'/secrets/${holder}'`);
  }
}

const coldProbe = 'scripts/lab/grants/cold-fulfilment-probe.ts';

/**
 * A probe that needs the permission to read. The first secret besides the partner's adds it, and it serves all later
 * ones.
 */
export function addProbe(draft: Draft): void {
  if (draft.has(coldProbe)) return;
  draft.create(coldProbe, probe);
  const owner = 'scripts/lab/grants/fulfilment-probe.ts';
  for (const name of ['storeOrders', 'toMessage'])
    draft.rewrite(owner, declarationOf(name), (text) => `export ${text}`);
  const probes = 'scripts/lab/grants/try-grant.ts';
  draft.swap(probes, ['probes'], 'fulfilment: fulfilmentProbe', 'fulfilment: [...fulfilmentProbe, coldHandOver]');
  draft.import(probes, ['coldHandOver'], './cold-fulfilment-probe.ts');
}

const declarationOf = (name: string) => new RegExp(`^(async function|const) ${name}\\b`);

const probe = `import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { physicalName } from '../../../stacks/model/names.ts';
import type { Deployment } from './deployment.ts';
import { storeOrders, toMessage } from './fulfilment-probe.ts';
import { expectSame, type Step } from './probe.ts';
import { readState } from './worker-probes.ts';

/** A running environment keeps its secrets for minutes; a new one reads each of them. */
export const coldHandOver: Step = {
  name: 'hand an order over in a new environment',
  async run(deployment) {
    const FunctionName = physicalName(deployment.stage, 'fulfilment');
    await renewEnvironments(deployment, FunctionName);
    const [order = ''] = await storeOrders(deployment, 1);
    // The unpublished version, because published ones keep their environments.
    await deployment.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ Records: [toMessage(order)] }) }),
    );
    expectSame('state', 'FULFILLED', await readState(deployment, order));
  },
};

/** Lambda starts new environments after each update of the configuration, even to the same value. */
async function renewEnvironments({ lambda }: Deployment, FunctionName: string): Promise<void> {
  const { Timeout } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }, { FunctionName });
}
`;
