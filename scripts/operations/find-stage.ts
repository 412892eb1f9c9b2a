import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { physicalName } from '../../stacks/model/names.ts';
import { type Cell, hasRegions, inRegion } from '../../stacks/model/stages/regions.ts';
import { findStage as findStageModel, stageNames } from '../../stacks/model/stages/stages.ts';
import { CliError, UsageError } from '../cli/cli.ts';
import { withPlainErrors } from '../cli/plain-errors.ts';
import { findRunning, type RunningPlatform } from '../platform/process/running.ts';
import type { ClientConfig } from '../sale/check/read-stores.ts';

/** A deployed stage, and an SDK configuration to reach it. */
export interface FoundStage {
  readonly stage: string;
  /** Without an endpoint: AWS. Without credentials: the SDK's default chain. */
  readonly config: ClientConfig;
  /** Human-readable location: endpoint or AWS, and region. */
  readonly place: string;
}

/** Location to search, and candidate stages; more than one if the command named none. */
export interface Target extends Omit<FoundStage, 'stage'> {
  readonly stages: readonly string[];
}

/**
 * Finds a stage that is deployed: on AWS_ENDPOINT_URL if set, else on the platform that `npm start` runs, else on AWS,
 * where a stage name is required. An endpoint needs no name if one stage is deployed there.
 *
 * @throws {CliError} stage_not_found, naming stage, region and endpoint
 */
export async function findStage(name: string | undefined): Promise<FoundStage> {
  const { stages, config, place } = await findTarget(name);
  const found = await findDeployed(stages, config, place);
  const [stage, ...others] = found;
  if (stage === undefined) throw await stageNotFound(stages, config, place);
  if (others.length > 0)
    throw new UsageError('stage_missing', `${place} has the stages ${found.join(', ')}`, `Name one: --stage ${stage}`);
  return { stage, config, place };
}

/** How long a stage keeps the rows of an order after its end; undefined: for ever. */
export function findRetentionDays(stage: string): number | undefined {
  return findStageModel(stage).retention?.days;
}

/** Location of a stage, deployed or not. */
export async function findTarget(name: string | undefined): Promise<Target> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  const running = await findRunning();
  if (endpoint) {
    const known = running && isSame(running.endpointUrl, endpoint) ? running : undefined;
    const region = (await findRegion()) ?? known?.region ?? 'us-east-1';
    const config = { endpoint, region, ...(known ? ownCredentials(known) : emulatorCredentials()) };
    return { stages: name === undefined ? stageNames : [name], config, place: `${endpoint}, ${region}` };
  }
  if (running && (name === undefined || name === running.stage)) return toTarget(running);
  if (name === undefined || name.startsWith('local')) throw notRunning(name, running);
  const region = await findRegion();
  if (!region)
    throw new CliError(
      'region_missing',
      `cannot look for stage ${name} on AWS because no region is set`,
      'Set AWS_REGION, or AWS_PROFILE to a profile with a region.',
    );
  return { stages: [name], config: { region }, place: `AWS, ${region}` };
}

function notRunning(name: string | undefined, running: RunningPlatform | undefined): CliError {
  const what = name === undefined ? 'and no stage was given' : `and stage ${name} is a local one`;
  return new CliError(
    'not_running',
    running ? `stage ${running.stage} runs on this machine, not ${name}` : `no platform runs on this machine, ${what}`,
    'Start one in another terminal: npm start\nOr name a stage on AWS: --stage prod\nOr set AWS_ENDPOINT_URL to an emulator.',
  );
}

function toTarget(running: RunningPlatform): Target {
  const { stage, region, endpointUrl } = running;
  if (endpointUrl === null) return { stages: [stage], config: { region }, place: `AWS, ${region}` };
  const config = { endpoint: endpointUrl, region, ...ownCredentials(running) };
  return { stages: [stage], config, place: `${endpointUrl}, ${region}` };
}

function ownCredentials({ credentials }: RunningPlatform): Pick<ClientConfig, 'credentials'> {
  return credentials ? { credentials } : emulatorCredentials();
}

/** Emulators accept any key, but the SDK requires one. */
function emulatorCredentials(): Pick<ClientConfig, 'credentials'> {
  return process.env.AWS_ACCESS_KEY_ID ? {} : { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

function isSame(one: string | null, other: string): boolean {
  return one !== null && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

/** The SDK's precedence: AWS_REGION, else the profile's region. */
export async function findRegion(): Promise<string | undefined> {
  const { AWS_DEFAULT_REGION: other } = process.env;
  const region = await new SQSClient({}).config.region().catch(() => undefined);
  return region || other || undefined;
}

const answerMs = 3_000;

/** Stages whose order queue exists, which every stage has. */
async function findDeployed(stages: readonly string[], config: ClientConfig, place: string): Promise<string[]> {
  // An address that drops packets must not block the command for minutes, as the default timeouts would.
  const requestHandler = { connectionTimeout: 3_000, requestTimeout: answerMs, throwOnRequestTimeout: true };
  const sqs = new SQSClient({ ...config, requestHandler, maxAttempts: 2 });
  const isDeployed = async (stage: string) => {
    try {
      await sqs.send(new GetQueueUrlCommand({ QueueName: physicalName(stage, 'order-requests-dlq') }));
      return true;
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return false;
      throw error;
    }
  };
  const deployed = await withPlainErrors(place, () => Promise.all(stages.map(isDeployed)));
  sqs.destroy();
  return stages.filter((_, index) => deployed[index]);
}

async function stageNotFound(stages: readonly string[], config: ClientConfig, place: string): Promise<CliError> {
  const others = stages.length > 1 ? [] : await findDeployed(stageNames, config, place);
  const there =
    others.length > 0 ? `Deployed there: ${others.join(', ')}.` : 'No stage of this project is deployed there.';
  return new CliError(
    'stage_not_found',
    `${stages.length > 1 ? 'no stage of this project is' : `stage ${stages[0]} is not`} deployed on ${place}: its queues are missing`,
    `${there}Check --stage, AWS_REGION and AWS_ENDPOINT_URL.`,
  );
}

/**
 * The stage in the region where it was found: both are part of the tables' names. A deployed stage that is no longer in
 * the sources counts as one of a single region.
 *
 * @throws {CliError} region_unknown
 */
export function cellOf({ stage, config: { region } }: FoundStage): Cell {
  if (!stageNames.includes(stage)) return { name: stage, region: null, regions: [] };
  const model = findStageModel(stage);
  if (!hasRegions(model)) return model;
  if (!model.regions.includes(region))
    throw new CliError(
      'region_unknown',
      `stage ${stage} has the regions ${model.regions.join(' and ')}, not ${region}`,
      `Set AWS_REGION to one of them: AWS_REGION=${model.regions[0]}`,
    );
  return inRegion(model, region);
}

/** Sets the variables from which the functions' adapters read endpoint, region and credentials. */
export function exportToEnvironment({ config: { endpoint, region, credentials } }: FoundStage): void {
  process.env.AWS_REGION = region;
  if (endpoint) process.env.AWS_ENDPOINT_URL = endpoint;
  if (!credentials) return;
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
}
