/** /config.json, published with the page on each deploy. */
export interface Config {
  /** Publishes its metadata at /.well-known/openid-configuration. */
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
