import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

// Serves the entries to tests on the real functions-framework, in this process.

export interface Host {
  /** The address of each function. */
  readonly urls: ReadonlyMap<string, string>;
  close(): void;
}

/** Serves functions of a new copy of the services' entries, with these settings. */
export async function serveFunctions(
  services: readonly string[],
  names: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Host> {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
  for (const service of services) await import(`../../../functions/${service}/google.ts`);
  const { frameworkServer } = await import('../../../functions/adapters/google/framework-server.ts');
  const servers = names.map((name) => [name, frameworkServer(name).listen(0, '127.0.0.1')] as const);
  await Promise.all(servers.map(([, server]) => once(server, 'listening')));
  const urls = servers.map(([name, server]) => {
    return [name, `http://127.0.0.1:${(server.address() as AddressInfo).port}`] as const;
  });
  return {
    urls: new Map(urls),
    close: () => {
      for (const [, server] of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
