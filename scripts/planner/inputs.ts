import { join } from 'node:path';
import { findStage } from '../../stacks/model/stages/stages.ts';
import { UsageError } from '../cli/cli.ts';
import { calibrate } from './calibration/calibrate.ts';
import { ownBodyBytes } from './calibration/order-body.ts';
import type { CloudModel, Elsewhere } from './clouds/cloud-model.ts';
import { findCloud, planClouds } from './clouds/clouds.ts';
import { constants } from './model/assumptions.ts';
import type { Scenario } from './model/world.ts';
import { guessedTimes } from './processor-times.ts';
import type { Profile } from './profile/schema.ts';
import { shardsIn } from './profile/shards-in.ts';
import type { MeasuredDurations } from './types.ts';

export const cacheFolder = join(import.meta.dirname, '../../.local/planner');

/** Reads a plan's inputs: the stage's settings, the profile, and the code's work per order. */
export async function loadScenario(
  stage: string,
  profile: Profile,
  measured: MeasuredDurations,
  cloud = 'aws',
): Promise<Scenario> {
  await checkCloudAssumptions(profile);
  const model = await findCloud(cloud);
  if (model) refuseOfAws(profile, cloud);
  const shardCount = shardsIn(profile);
  const { responseBytes: pageBytes } = profile.payload;
  return {
    stage: findStage(stage),
    profile,
    calibration: await calibrate({ shardCount, cacheFolder, payloadBytes: payloadBytesOf(profile) }),
    processor: guessedTimes,
    measured,
    constants: { ...constants, ...(pageBytes !== undefined && { pageBytes }), ...profile.assumptions },
    elsewhere: model ? await loadElsewhere(model, profile, shardCount) : undefined,
  };
}

const payloadBytesOf = ({ payload: { requestBytes = 0 } }: Profile) => Math.max(0, requestBytes - ownBodyBytes);

/**
 * Nobody published what thrown errors do to the pollers or pushes of other clouds, and their stores do not charge by the
 * kilobyte.
 */
function refuseOfAws({ faults, payload }: Profile, cloud: string): void {
  const index = faults.findIndex(({ workerThrows }) => workerThrows !== undefined);
  const path = index >= 0 ? `faults[${index}].workerThrows` : 'payload.requestBytes';
  if (index < 0 && payload.requestBytes === undefined) return;
  throw new UsageError(
    'profile_of_aws',
    `${path} is modelled on aws only, and the cloud is ${cloud}`,
    'Plan this profile with --cloud aws, or leave it out.',
  );
}

async function loadElsewhere(model: CloudModel, profile: Profile, shardCount: number): Promise<Elsewhere> {
  const own = Object.entries(model.assumptions).map(([name, { value }]) => [name, value]);
  return {
    model,
    calibration: await model.calibrate(shardCount, cacheFolder),
    constants: { ...Object.fromEntries(own), ...profile.cloudAssumptions[model.name] },
  };
}

/** Checks the assumptions of every cloud, so that a misspelt one is found before its cloud is planned. */
async function checkCloudAssumptions({ cloudAssumptions }: Profile): Promise<void> {
  for (const [cloud, changed] of Object.entries(cloudAssumptions)) {
    const model = planClouds.includes(cloud) ? await findCloud(cloud) : undefined;
    const others = planClouds.filter((name) => name !== 'aws');
    if (!model)
      throw new UsageError(
        'assumption_unknown',
        `cloudAssumptions has the unknown key '${cloud}', must be one of ${others.join(', ') || 'none'}`,
        "Numbers of AWS stand in 'assumptions'.",
      );
    for (const [name, value] of Object.entries(changed)) checkCloudAssumption(model, name, value);
  }
}

function checkCloudAssumption(model: CloudModel, name: string, value: number): void {
  const [path, known] = [`cloudAssumptions.${model.name}.${name}`, model.assumptions[name]];
  const hint = `The plan prints them: --cloud ${model.name}`;
  if (!known)
    throw new UsageError(
      'assumption_unknown',
      `${path} is unknown, must be one of ${Object.keys(model.assumptions).join(', ')}`,
      hint,
    );
  // A time may be 0. With a limit of 0, no order would pass, and no setting would help.
  if (value === 0 && known.unit !== 's')
    throw new UsageError('assumption_invalid', `${path} is 0, must be more than 0`, hint);
}
