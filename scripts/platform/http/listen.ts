import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError } from '../../cli/cli.ts';

/** The only interface that the platform listens on. */
export const loopback = '127.0.0.1';

/** Limits how long a slow sender can hold a connection. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 };

export interface Listener {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on loopback; port 0 picks a free one. */
export async function listen(port: number, what: string, listener: RequestListener): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 75_000, ...timeouts }, listener);
  await bind(server, port, what);
  const { port: boundPort } = server.address() as AddressInfo;
  return { port: boundPort, url: `http://${loopback}:${boundPort}`, close: () => close(server) };
}

function bind(server: Server, port: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(describe(error, port, what)));
    server.listen(port, loopback, resolve);
  });
}

function describe(error: NodeJS.ErrnoException, port: number, what: string): Error {
  if (error.code === 'EADDRINUSE')
    return new CliError(
      'port_taken',
      `port ${port} of ${loopback} for ${what} is taken`,
      'Choose another: --port N, or --port 0 for any free one.',
    );
  if (error.code === 'EACCES')
    return new CliError(
      'port_refused',
      `port ${port} for ${what} is not allowed for this user`,
      'Choose one above 1023: --port N.',
    );
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
