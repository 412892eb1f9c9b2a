import type { Plan } from './plan.ts';
import type { Platform, World } from './platform.ts';
import type { Protocol } from './protocols.ts';
import { composeServices, type ServiceParts, type Services } from './services.ts';

type MakeServices = (parts: ServiceParts) => Services;
type MakePlatform = (world: World) => Platform;

interface Cloud {
  readonly makePlatform: MakePlatform;
  /** Absent if the cloud of these entries was removed: `scripts/parts`. */
  readonly loadEntries?: () => Promise<MakeServices>;
}

/** Each loader imports only its protocol's modules. */
const clouds: Readonly<Record<Protocol, () => Promise<Cloud>>> = {
  dynamodb: () => import('./dynamodb/load.ts'),
  partition: () => import('./partition/load.ts'),
  firestore: () => import('./firestore/load.ts'),
};

const loaded = new Map<Protocol, Promise<Cloud>>();

function load(protocol: Protocol): Promise<Cloud> {
  const found = loaded.get(protocol) ?? clouds[protocol]();
  loaded.set(protocol, found);
  return found;
}

export async function loadPlatform(protocol: Protocol): Promise<MakePlatform> {
  return (await load(protocol)).makePlatform;
}

/** Whether the cloud of the protocol is part of this project. */
export async function hasEntries(protocol: Protocol): Promise<boolean> {
  return (await load(protocol)).loadEntries !== undefined;
}

/** Loads the cloud's entries, or only their use cases, as the plan says. */
export async function loadServices(protocol: Protocol, { withEntries, partner }: Plan): Promise<MakeServices> {
  // The fulfilment function and the sweeper always run as entries.
  if (!withEntries && !partner) return composeServices;
  const entries = await (await load(protocol)).loadEntries?.();
  if (!entries) return composeServices;
  return withEntries ? entries : (parts) => ({ ...entries(parts), ...composeServices(parts) });
}
