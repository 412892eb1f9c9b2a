/** /config.json, written beside the page when the stage is deployed. */
export interface Config {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Where the identity provider ends its own session; without it signing out is a matter of this page. */
  readonly logoutUrl?: string;
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
