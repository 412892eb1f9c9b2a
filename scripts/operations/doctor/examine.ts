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
  /** Account, subscription or project that the user means. */
  readonly account: string | undefined;
  /** One of the stage's regions; undefined: its home. */
  readonly region?: string | undefined;
  readonly onStep: RunOptions['onStep'];
}

/** The checks of a stage on one cloud. */
export interface Opened<Context = unknown> {
  readonly context: Context;
  readonly plan: Plan<Context>;
  /** Where it looked, for people; known when the checks have been made. */
  place(): Promise<string>;
  /** A document that grants what the checks read. */
  toPolicy(permissions: readonly Permission[]): unknown;
}

/** A fork may have deleted a cloud: nothing here imports one. */
async function open(options: DoctorOptions): Promise<Opened> {
  const module: { open(options: DoctorOptions): Promise<Opened> } = await import(`./${options.cloud}/open.ts`);
  return module.open(options);
}

export async function examine(options: DoctorOptions): Promise<Examined> {
  const opened = await open(options);
  return { stage: options.stage, cloud: options.cloud, ...(await examineOpened(opened, options)) };
}

/** @param timeoutMs for tests */
export async function examineOpened<Context>(
  { plan, context, place }: Pick<Opened<Context>, 'plan' | 'context' | 'place'>,
  { onStep }: Pick<RunOptions, 'onStep'>,
  timeoutMs = defaultTimeoutMs,
) {
  const lines = await runChecks(plan, context, { onStep, timeoutMs });
  return { place: await place(), lines };
}

/** What whoever runs the checks must be allowed to read. */
export async function describePermissions(options: DoctorOptions): Promise<unknown> {
  const { plan, toPolicy } = await open(options);
  return toPolicy(permissionsOf(plan));
}
