import type { Spelling } from '../spelling.ts';

export const useCase = ({ capital }: Spelling): string => `import type { ProductReader } from '../ports/products.ts';
import type { Meter } from '../ports/runtime.ts';

export interface ${capital}Ports {
  readonly products: Pick<ProductReader, 'list'>;
  readonly meter: Meter;
}

export interface Page {
  readonly products: number;
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

const pageSize = 100;

/** Processes a page of products. A repeat must have no further effect: the next run begins anew. */
export async function processPage(after: string | undefined, { products, meter }: ${capital}Ports): Promise<Page> {
  const page = await products.list(pageSize, after);
  meter.count('${capital}Done', page.products.length);
  return { products: page.products.length, next: page.next };
}
`;

export const policies = ({ name, capital }: Spelling): string => `import { randomUUID } from 'node:crypto';
import type { LeaseStore } from '../ports/lease.ts';
import type { Clock } from '../ports/runtime.ts';
import { runAlone } from '../resilience/lease.ts';
import { deadlineMarginMs } from '../runtime/batch.ts';
import { logger } from '../runtime/log.ts';
import { type ${capital}Ports, processPage } from './process-page.ts';

/** The maximum run time of an invocation, so that another starts only after a crash. */
const leaseMs = 60_000;

export interface RunPorts extends ${capital}Ports {
  readonly leases: LeaseStore;
  readonly clock: Clock;
}

/** Processes all products, unless another run does. Stops when time runs short. */
export async function workAlone({ leases, clock, ...ports }: RunPorts, remainingMs: () => number): Promise<void> {
  let after: string | undefined;
  let products = 0;

  async function step(): Promise<boolean> {
    if (remainingMs() < deadlineMarginMs) return false;
    const page = await processPage(after, ports);
    products += page.products;
    after = page.next;
    return after !== undefined;
  }

  const isAlone = await runAlone({ name: '${name}', holder: randomUUID(), store: leases, clock, leaseMs }, step);
  logger.info(isAlone ? '${name}' : 'another run of ${name} is at work', { products });
}
`;

export const awsEntry = ({ name }: Spelling): string => `import type { Context, ScheduledEvent } from 'aws-lambda';
import { onLambda } from '../adapters/aws/lambda/on-lambda.ts';
import { leaseStore } from '../adapters/aws/lease.ts';
import { productReader } from '../adapters/aws/products.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { systemClock } from '../runtime/system.ts';
import { workAlone } from './policies.ts';

export { prewarm } from '../adapters/aws/lambda/prewarm.ts';

const env = readEnv({ CATALOG_TABLE: resource, COORDINATION_TABLE: resource });
const ports = {
  products: productReader(env.CATALOG_TABLE),
  leases: leaseStore(env.COORDINATION_TABLE),
  clock: systemClock,
  meter,
};

const ${name} = (_event: ScheduledEvent, context: Context) =>
  workAlone(ports, () => context.getRemainingTimeInMillis());

export const handler = onLambda(${name});
`;

export const azureEntry = ({ capital, upper }: Spelling): string => `import { onTimer } from '../adapters/azure/app.ts';
import { openStorage, storageEnv } from '../adapters/azure/storage.ts';
import { tableStore } from '../adapters/azure/table-store.ts';
import { leaseStore } from '../adapters/single-partition/lease.ts';
import { partitionPorts } from '../adapters/single-partition/ports.ts';
import { readEnv } from '../runtime/env.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { workAlone } from './policies.ts';

const store = tableStore(openStorage(readEnv(storageEnv)).table);
const { products } = partitionPorts(store);
const ports = { products, leases: leaseStore(store), clock: systemClock, meter };

onTimer(
  'run${capital}',
  '%${upper}_SCHEDULE%',
  observed(({ remainingMs }) => workAlone(ports, remainingMs)),
);
`;

export const googleEntry = ({
  name,
}: Spelling): string => `import { firestore } from '../adapters/google/firestore-client.ts';
import { serveTimer } from '../adapters/google/functions.ts';
import { leaseStore } from '../adapters/google/lease.ts';
import { productReader } from '../adapters/google/products.ts';
import { pushEnv, pushVerifier } from '../adapters/google/push-token.ts';
import { readEnv, resource } from '../runtime/env.ts';
import { logger } from '../runtime/log.ts';
import { meter } from '../runtime/meter.ts';
import { observed } from '../runtime/observe.ts';
import { systemClock } from '../runtime/system.ts';
import { workAlone } from './policies.ts';

const env = readEnv({ FIRESTORE_DATABASE: resource, ...pushEnv });
const db = firestore(env.FIRESTORE_DATABASE);
const ports = { products: productReader(db), leases: leaseStore(db), clock: systemClock, meter };

serveTimer('${name}', {
  verify: pushVerifier(env),
  work: observed(({ remainingMs }) => workAlone(ports, remainingMs)),
  onError: (error) => logger.error('a run of ${name} failed', { error }),
});
`;
