import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  type EventSourceMappingConfiguration,
  GetFunctionConcurrencyCommand,
  ListEventSourceMappingsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { aliasName, physicalName } from '../../../stacks/model/names.ts';
import type { Service } from '../../../stacks/model/services.ts';
import type { Stage } from '../../../stacks/model/stages/stage-settings.ts';
import type { RestoreClients } from './clients.ts';

/**
 * Functions that write orders, stock and views from messages. Their pollers are stopped, so that no receive is counted.
 */
export const polled = ['settlement', 'projection', 'fulfilment'] as const satisfies readonly Service[];
/** Functions that write on calls and on the timer. Their concurrency is set to 0. */
const called = ['intake', 'stock', 'sweeper'] as const satisfies readonly Service[];

/** State of the writers before the pause, to be restored afterwards. */
export interface Writers {
  readonly pollers: Service[];
  readonly functions: {
    readonly service: Service;
    /** Null: no reserved concurrency. */
    readonly reserved: number | null;
    readonly provisioned: number;
  }[];
}

/** A function's event source mappings. Some engines list them by its name, AWS by that of its alias. */
export async function listMappings(
  { lambda }: RestoreClients,
  stage: string,
  service: Service,
): Promise<EventSourceMappingConfiguration[]> {
  const name = physicalName(stage, service);
  const found = new Map<string, EventSourceMappingConfiguration>();
  for (const FunctionName of [name, `${name}:${aliasName}`]) {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    for (const mapping of EventSourceMappings) found.set(mapping.UUID ?? '', mapping);
  }
  return [...found.values()];
}

/** Call it before the pause and keep the result: during the pause it would find nothing enabled. */
export async function readWriters(clients: RestoreClients, stage: Stage): Promise<Writers> {
  const pollers: Service[] = [];
  for (const service of polled) {
    const mappings = await listMappings(clients, stage.name, service);
    if (mappings.some(({ State }) => State === 'Enabled' || State === 'Enabling')) pollers.push(service);
  }
  const functions = await Promise.all(
    called.map(async (service) => {
      const FunctionName = physicalName(stage.name, service);
      const { ReservedConcurrentExecutions: reserved = null } = await clients.lambda.send(
        new GetFunctionConcurrencyCommand({ FunctionName }),
      );
      return { service, reserved, provisioned: await readProvisioned(clients, stage, service) };
    }),
  );
  return { pollers, functions };
}

async function readProvisioned({ lambda }: RestoreClients, stage: Stage, service: Service): Promise<number> {
  if (stage.functions[service].provisioned === null) return 0;
  const FunctionName = physicalName(stage.name, service);
  const { ProvisionedConcurrencyConfigs = [] } = await lambda.send(
    new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
  );
  const [config] = ProvisionedConcurrencyConfigs;
  return config?.RequestedProvisionedConcurrentExecutions ?? 0;
}

export async function pauseWriters(clients: RestoreClients, stage: string, { functions }: Writers): Promise<void> {
  for (const { service, provisioned } of functions) {
    const FunctionName = physicalName(stage, service);
    // Lambda rejects a reservation below the provisioned concurrency.
    if (provisioned > 0)
      await clients.lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: aliasName }));
    const none = { FunctionName, ReservedConcurrentExecutions: 0 };
    await clients.lambda.send(new PutFunctionConcurrencyCommand(none));
  }
  for (const service of polled) await setPoller(clients, stage, service, false);
}

export async function resumeWriters(
  clients: RestoreClients,
  stage: string,
  { pollers, functions }: Writers,
): Promise<void> {
  for (const service of pollers) await setPoller(clients, stage, service, true);
  for (const { service, reserved, provisioned } of functions) {
    const FunctionName = physicalName(stage, service);
    if (reserved === null) await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    else {
      const limit = { FunctionName, ReservedConcurrentExecutions: reserved };
      await clients.lambda.send(new PutFunctionConcurrencyCommand(limit));
    }
    if (provisioned === 0) continue;
    const config = { FunctionName, Qualifier: aliasName, ProvisionedConcurrentExecutions: provisioned };
    await clients.lambda.send(new PutProvisionedConcurrencyConfigCommand(config));
  }
}

const pollMs = 2_000;

async function setPoller(clients: RestoreClients, stage: string, service: Service, Enabled: boolean): Promise<void> {
  for (const { UUID, State } of await listMappings(clients, stage, service)) {
    if (State === (Enabled ? 'Enabled' : 'Disabled')) continue;
    await clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  }
  // A mapping still delivers while it is being disabled.
  while (!Enabled && (await listMappings(clients, stage, service)).some(({ State }) => State !== 'Disabled'))
    await sleep(pollMs);
}
