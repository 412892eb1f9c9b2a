import type { Cloud } from '../../../stacks/model/clouds/clouds.ts';
import type { Iac } from '../../cli/iac-name.ts';
import type { Permission } from './check.ts';
import { permissionsOf } from './permissions.ts';
import type { Examined } from './present.ts';
import { defaultTimeoutMs, type Plan, type RunOptions, runChecks } from './run-checks.ts';

export interface DoctorOptions {
  readonly stage: string;
  readonly cloud: Cloud;
  readonly iac: Iac;
  /** Account, subscription or project that the user wants to deploy to. */
  readonly account: string | undefined;
  /** One of the stage's regions. Undefined means the home region. */
  readonly region?: string | undefined;
  readonly onStep: RunOptions['onStep'];
}

/** The checks of a stage on one cloud. */
export interface Opened<Context = unknown> {
  readonly context: Context;
  readonly plan: Plan<Context>;
  /** Human-readable target; known after the checks have run. */
  place(): Promise<string>;
  /** A policy document with the permissions that the checks need. */
  toPolicy(permissions: readonly Permission[]): unknown;
}

/** Imported on demand, because a fork may have deleted a cloud. */
async function open(options: DoctorOptions): Promise<Opened> {
  const module: { open(options: DoctorOptions): Promise<Opened> } = await import(`./${options.cloud}/open.ts`);
  return module.open(options);
}

export async function examine(options: DoctorOptions): Promise<Examined> {
  const opened = await open(options);
  return { stage: options.stage, cloud: options.cloud, ...(await examineOpened(opened, options)) };
}

/** @param timeoutMs overridden in tests */
export async function examineOpened<Context>(
  { plan, context, place }: Pick<Opened<Context>, 'plan' | 'context' | 'place'>,
  { onStep }: Pick<RunOptions, 'onStep'>,
  timeoutMs = defaultTimeoutMs,
) {
  const lines = await runChecks(plan, context, { onStep, timeoutMs });
  return { place: await place(), lines };
}

/** Policy document for whoever runs the checks. */
export async function describePermissions(options: DoctorOptions): Promise<unknown> {
  const { plan, toPolicy } = await open(options);
  return toPolicy(permissionsOf(plan));
}
