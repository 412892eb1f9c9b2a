import type { TestProject } from 'vitest/node';
import { parseIac } from '../../scripts/cli/iac-name.ts';
import { findTool } from '../../scripts/platform/deploy/tools.ts';
import { type EngineId, engines, type Lack } from '../../scripts/platform/engine/engines.ts';
import type { TargetCredentials } from '../../scripts/platform/engine/target.ts';
import { openListeners } from '../../scripts/platform/http/listen.ts';
import { type Platform, startPlatform } from '../../scripts/platform/platform.ts';

/** The platform that all integration tests share, as plain values: tests run in other processes. */
export interface PlatformDescription {
  readonly apiUrl: string;
  readonly edgeUrl: string;
  /** For SDK clients. */
  readonly endpointUrl: string | undefined;
  readonly engine: EngineId;
  readonly embedded: boolean;
  /** Parent of the functions' workers; undefined for third-party engines. */
  readonly enginePid: number | undefined;
  /** Bypasses the gateway and its guard; options for `http.request`. */
  readonly engineAddress: { readonly socketPath: string } | { readonly port: string } | undefined;
  readonly lacks: readonly Lack[];
  readonly stage: string;
  readonly region: string;
  /** Root credentials: policies do not apply. */
  readonly credentials: TargetCredentials;
  readonly issuerUrl: string;
  readonly partnerUrl: string;
  /** All listening servers of the platform. */
  readonly listeners: readonly { readonly name: string; readonly url: string }[];
  readonly audience: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Parent of the engine and its workers. */
  readonly platformPid: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    platform: PlatformDescription;
    /** Lets tests sign invalid tokens with the real key, as a JWK. */
    issuerKey: { readonly keyId: string; readonly privateJwk: object };
  }
}

/** vitest globalSetup: starts the platform and stops it after the last test. `STAGE` and `IAC` select the stacks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stage = process.env.STAGE;
  const iac = parseIac(process.env.IAC);
  const platform = await startPlatform({
    ...(stage ? { stage } : {}),
    ...(iac && { iac }),
    onCrash: (text) => process.stderr.write(`\n${text}\n`),
  });
  project.provide('platform', describe(platform));
  project.provide('issuerKey', { keyId: platform.issuer.keyId, privateJwk: platform.issuer.privateJwk });
  return async () => {
    try {
      // No test file is sure to run last, so final conditions are checked here.
      const end = await findTool(platform.iac).end?.(platform);
      if (end && end.failures.length > 0) throw new Error(end.failures.join('\n'));
    } finally {
      await platform.stop();
    }
  };
}

export function describe(platform: Platform): PlatformDescription {
  const { issuer, partner, engine, upstream } = platform;
  return {
    apiUrl: platform.apiUrl,
    edgeUrl: platform.edgeUrl,
    endpointUrl: platform.endpointUrl,
    engine,
    embedded: platform.embedded,
    enginePid: platform.enginePid,
    engineAddress: upstream && 'url' in upstream ? { port: upstream.url.port } : upstream,
    lacks: engines[engine].lacks,
    stage: platform.stage,
    region: platform.region,
    credentials: platform.credentials,
    issuerUrl: issuer.url,
    partnerUrl: partner.url,
    listeners: openListeners().map(({ name, url }) => ({ name, url })),
    audience: issuer.audience,
    outputs: platform.outputs,
    platformPid: process.pid,
  };
}
