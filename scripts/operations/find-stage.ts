import { CliError } from '../cli/cli.ts';
import { defaultStages } from '../platform/engine/engines.ts';
import { findRunning, type RunningPlatform } from '../platform/process/running.ts';
import type { ClientConfig } from '../sale/check/read-stores.ts';

/** A deployed stage, and how an SDK client reaches it. */
export interface FoundStage {
  readonly stage: string;
  /** Without an endpoint: AWS. Without credentials: the SDK's default chain. */
  readonly config: ClientConfig;
  /** Human-readable location. */
  readonly place: string;
}

/**
 * Finds the stage for a command: on AWS_ENDPOINT_URL if set, else on the platform that `npm start` runs, else on AWS,
 * where a stage name is required.
 */
export async function findStage(name: string | undefined): Promise<FoundStage> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint)
    return {
      stage: name ?? defaultStages.endpoint,
      config: { endpoint, region: readRegion() ?? 'us-east-1', ...emulatorCredentials() },
      place: endpoint,
    };
  const running = await findRunning();
  if (running && (name === undefined || name === running.stage)) return toFoundStage(running);
  if (name === undefined)
    throw new CliError(
      'not_running',
      'no platform is running on this machine, and no stage was given',
      'Start one in another terminal: npm start\nOr name a stage on AWS: --stage prod\nOr set AWS_ENDPOINT_URL to an emulator.',
    );
  const region = readRegion();
  if (!region)
    throw new CliError(
      'region_missing',
      `cannot look for stage ${name} on AWS because AWS_REGION is not set`,
      'Set AWS_REGION.',
    );
  return { stage: name, config: { region }, place: `AWS, ${region}` };
}

function toFoundStage({ stage, region, endpointUrl, credentials }: RunningPlatform): FoundStage {
  if (endpointUrl === null) return { stage, config: { region }, place: `AWS, ${region}` };
  const config = { endpoint: endpointUrl, region, ...(credentials ? { credentials } : emulatorCredentials()) };
  return { stage, config, place: endpointUrl };
}

/** Emulators accept any key, but the SDK requires one. */
function emulatorCredentials(): Pick<ClientConfig, 'credentials'> {
  return process.env.AWS_ACCESS_KEY_ID ? {} : { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

function readRegion(): string | undefined {
  return process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
}

/** For the functions' adapters, which read endpoint, region and credentials from the environment. */
export function exportToEnvironment({ config: { endpoint, region, credentials } }: FoundStage): void {
  process.env.AWS_REGION = region;
  if (endpoint) process.env.AWS_ENDPOINT_URL = endpoint;
  if (!credentials) return;
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
}
