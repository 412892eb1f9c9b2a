/** /config.json, written beside the page when the stage is deployed. */
export interface Config {
  /** Describes itself at /.well-known/openid-configuration. */
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly stage: string;
}

export async function fetchConfig(): Promise<Config | undefined> {
  try {
    const response = await fetch('/config.json', { signal: AbortSignal.timeout(10_000) });
    return response.ok ? ((await response.json()) as Config) : undefined;
  } catch {
    return undefined;
  }
}
