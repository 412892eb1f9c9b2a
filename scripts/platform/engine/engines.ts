import { CliError } from '../../cli/cli.ts';

/**
 * The only table of engines: how each is recognised, its settings, and what it lacks. Tests skip with the reasons
 * given here, and the start page prints them. Nothing else in the project depends on the engine.
 */
export type EngineId = 'ministack' | 'localstack' | 'aws';

export type Capability =
  | 'http-api'
  | 'iam-enforced'
  | 'rollback'
  | 'alias-update'
  | 'max-concurrency'
  | 'stream-bisect'
  | 'stream-failure-queue'
  | 'short-record-age'
  | 'ttl-by-template'
  | 'share-of-workers'
  | 'throttling'
  | 'transaction-conflict'
  | 'cors'
  | 'cdn'
  | 'cdn-answers'
  | 'custom-resource'
  | 'calls-counted'
  | 'serve-from-one-process'
  | 'point-in-time-recovery'
  | 'quotas';

export interface Lack {
  readonly capability: Capability;
  readonly reason: string;
}

export interface EngineDescription {
  readonly title: string;
  /** Address of a Function URL: a path or a Host header at the endpoint, or its own host. */
  readonly functionUrls: 'path' | 'host' | 'direct';
  /** True if stack updates do not work, so that a stage must be deployed from scratch. */
  readonly freshStacks: boolean;
  readonly lacks: readonly Lack[];
}

export const engines: Readonly<Record<EngineId, EngineDescription>> = {
  ministack: {
    title: 'MiniStack 1.5.33',
    functionUrls: 'path',
    freshStacks: false,
    lacks: [
      {
        capability: 'ttl-by-template',
        reason: 'CloudFormation drops TTL: the platform sets it by SDK after the deploy',
      },
      {
        capability: 'share-of-workers',
        reason: 'CloudFormation drops reserved concurrency: the platform sets it by SDK',
      },
      { capability: 'point-in-time-recovery', reason: 'accepted and dropped: there are no backups' },
      { capability: 'quotas', reason: 'Service Quotas is not implemented, and nothing is limited' },
      { capability: 'throttling', reason: 'tables and HTTP API never throttle' },
      { capability: 'transaction-conflict', reason: 'transactions never conflict: the engine serializes them' },
      {
        capability: 'stream-bisect',
        reason: 'a stream batch is retried as a whole, without end, even if only one record failed',
      },
      {
        capability: 'stream-failure-queue',
        reason: 'failed stream records go to the on-failure queue by age, not by retries',
      },
    ],
  },
  localstack: {
    title: 'LocalStack',
    functionUrls: 'host',
    freshStacks: true,
    lacks: [
      { capability: 'http-api', reason: 'HTTP API (v2) is not in the free version: the stage uses Function URLs' },
      { capability: 'iam-enforced', reason: 'policies are stored but not evaluated' },
      { capability: 'rollback', reason: 'a failed update is not rolled back' },
      { capability: 'alias-update', reason: 'an alias keeps its version in stock 4.14: each run deploys from scratch' },
      { capability: 'max-concurrency', reason: 'stored; one poller serves each event source' },
      { capability: 'stream-bisect', reason: 'not implemented' },
      { capability: 'throttling', reason: 'nothing throttles' },
      { capability: 'transaction-conflict', reason: 'transactions never conflict' },
      { capability: 'cdn', reason: 'CloudFront is a no-op: it deploys but rejects invalidations' },
      { capability: 'cdn-answers', reason: 'a distribution does not answer requests' },
      {
        capability: 'custom-resource',
        reason: 'custom resources are ignored: the storefront is not published to its bucket',
      },
      { capability: 'cors', reason: "the engine's own gateway answers CORS requests of Function URLs" },
      { capability: 'calls-counted', reason: 'functions call the engine directly, not through the gateway' },
      { capability: 'serve-from-one-process', reason: 'functions always run in workers of the engine' },
      { capability: 'point-in-time-recovery', reason: 'stored; there are no backups' },
      { capability: 'quotas', reason: 'Service Quotas is not in the free version, and nothing is limited' },
    ],
  },
  aws: {
    title: 'AWS',
    functionUrls: 'direct',
    freshStacks: false,
    lacks: [
      { capability: 'calls-counted', reason: 'functions call AWS directly, not through the gateway' },
      { capability: 'serve-from-one-process', reason: 'functions run in Lambda' },
      { capability: 'short-record-age', reason: 'a stream record is retried for at least 60 s' },
      { capability: 'cdn-answers', reason: 'CloudFront is the edge: the local one does not run' },
    ],
  },
};

/**
 * An external endpoint may run in a container or elsewhere, and cannot fetch keys from an issuer on this machine's
 * loopback. The Function URL stage has the keys in its settings.
 */
export const defaultStages = { embedded: 'local', endpoint: 'local-url' } as const;

export function lacks(engine: EngineId, capability: Capability): Lack | undefined {
  return engines[engine].lacks.find((lack) => lack.capability === capability);
}

const answerTimeoutMs = 5_000;

/** Probes a running endpoint and identifies its engine. */
export async function recogniseEngine(endpointUrl: string): Promise<EngineId> {
  const url = parseEndpoint(endpointUrl);
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(url.hostname)) return 'aws';
  if (await answers(new URL('/_ministack/health', url))) return 'ministack';
  if (await answers(new URL('/_localstack/health', url))) return 'localstack';
  throw new CliError(
    'endpoint_unknown',
    `AWS_ENDPOINT_URL '${endpointUrl}' answers, but is neither MiniStack nor LocalStack nor AWS`,
    'Check the port, or unset AWS_ENDPOINT_URL to use the built-in engine.',
  );
}

function parseEndpoint(text: string): URL {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return new URL(text);
  throw new CliError(
    'endpoint_invalid',
    `AWS_ENDPOINT_URL '${text}' is not a URL`,
    'For example: AWS_ENDPOINT_URL=http://127.0.0.1:4566',
  );
}

async function answers(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    throw new CliError(
      'endpoint_unreachable',
      `AWS_ENDPOINT_URL ${url.origin} does not answer: ${cause?.code ?? (error as Error).message}`,
      'Start it first (docker compose up -d localstack), or unset AWS_ENDPOINT_URL to use the built-in engine.',
    );
  }
}
