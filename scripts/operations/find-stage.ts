import { CliError } from '../cli/cli.ts';
import { defaultStages } from '../platform/engine/engines.ts';
import { findRunning, type RunningPlatform } from '../platform/process/running.ts';
import type { ClientConfig } from '../sale/check/read-stores.ts';

/** A deployed stage, and what an SDK client needs to reach it. */
export interface FoundStage {
  readonly stage: string;
  /** Without an endpoint: AWS itself. Without credentials: the SDK finds them as it always does. */
  readonly config: ClientConfig;
  /** For people: where that is. */
  readonly place: string;
}

/**
 * The stage that a command works on: on AWS_ENDPOINT_URL if that is set, else the platform that `npm start` runs, else
 * AWS, where the stage must be named.
 */
export async function findStage(name: string | undefined): Promise<FoundStage> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint)
    return {
      stage: name ?? defaultStages.endpoint,
      config: { endpoint, region: regionOfEnvironment() ?? 'us-east-1', ...ownOrTest() },
      place: endpoint,
    };
  const running = await findRunning();
  if (running && (name === undefined || name === running.stage)) return ofRunning(running);
  if (name === undefined)
    throw new CliError(
      'not_running',
      'no platform runs on this machine, and no stage is named',
      'Start one in another terminal: npm start\nOr name a stage on AWS: --stage prod\nOr set AWS_ENDPOINT_URL to an emulator.',
    );
  const region = regionOfEnvironment();
  if (!region)
    throw new CliError('region_missing', `stage ${name} is looked for on AWS, and AWS_REGION is not set`, 'Set it.');
  return { stage: name, config: { region }, place: `AWS, ${region}` };
}

function ofRunning({ stage, region, endpointUrl, credentials }: RunningPlatform): FoundStage {
  if (endpointUrl === null) return { stage, config: { region }, place: `AWS, ${region}` };
  const config = { endpoint: endpointUrl, region, ...(credentials ? { credentials } : ownOrTest()) };
  return { stage, config, place: endpointUrl };
}

/** Emulators take any key, but the SDK sends nothing without one. */
function ownOrTest(): Pick<ClientConfig, 'credentials'> {
  return process.env.AWS_ACCESS_KEY_ID ? {} : { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

function regionOfEnvironment(): string | undefined {
  return process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
}

/** For code that takes its place from the environment, as the adapters of the functions do. */
export function useInEnvironment({ config: { endpoint, region, credentials } }: FoundStage): void {
  process.env.AWS_REGION = region;
  if (endpoint) process.env.AWS_ENDPOINT_URL = endpoint;
  if (!credentials) return;
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
}
