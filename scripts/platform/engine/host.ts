import { CliError } from '../../cli/cli.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { Forwarder } from '../http/forward.ts';
import type { Workspace } from '../process/workspace.ts';
import { type Engine, startEngine } from './engine.ts';
import { installEngine } from './engine-install.ts';
import { recogniseEngine } from './engines.ts';
import type { Target, TargetCredentials } from './target.ts';

/** The engine to deploy to, embedded or at an external endpoint. */
export interface Host {
  readonly target: Target;
  /** Forwards to the engine past the gateway's guard, for the local API, which has its own. */
  readonly forwarder: Forwarder;
  /** The embedded engine, which the platform must stop; undefined for an external endpoint. */
  readonly engine?: Engine;
}

const usualRegion = 'us-east-1';

export interface EmbeddedOptions {
  readonly workspace: Workspace;
  readonly gateway: Gateway;
  readonly onProgress: (text: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  readonly region?: string | undefined;
}

export async function startEmbedded({
  workspace,
  gateway,
  onProgress,
  env,
  region = usualRegion,
}: EmbeddedOptions): Promise<Host & { engine: Engine }> {
  const interpreter = await installEngine(onProgress);
  onProgress('starting the engine');
  const engine = await startEngine({
    interpreter,
    workspace,
    gatewayPort: gateway.port,
    region,
    ...(env ? { env } : {}),
  });
  const { credentials } = engine;
  const forwarder = gateway.connect(engine.upstream, { ...credentials, region, engineChecksSessions: true });
  return { target: { engine: 'ministack', endpointUrl: gateway.url, region, credentials }, forwarder, engine };
}

export async function useEndpoint(endpointUrl: string, gateway: Gateway): Promise<Host> {
  const engine = await recogniseEngine(endpointUrl);
  const credentials = readCredentials(engine === 'aws');
  const ownRegion = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? usualRegion;
  const upstream = { url: new URL(endpointUrl) };
  // Requests to AWS are signed for its host names: a gateway would break the signatures.
  const throughGateway = engine !== 'aws';
  const key = { ...credentials, region: ownRegion, engineChecksSessions: false };
  const forwarder = throughGateway ? gateway.connect(upstream, key) : new Forwarder(upstream);
  return {
    target: { engine, endpointUrl: throughGateway ? gateway.url : undefined, region: ownRegion, credentials },
    forwarder,
  };
}

function readCredentials(needed: boolean): TargetCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) };
  if (!needed) return { accessKeyId: 'test', secretAccessKey: 'test' };
  throw new CliError(
    'credentials_missing',
    'AWS needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment',
    'For a profile: eval "$(aws configure export-credentials --format env)"',
  );
}
