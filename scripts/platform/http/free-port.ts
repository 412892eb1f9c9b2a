import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { loopback } from './listen.ts';

/** Finds a free port for a child that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, loopback);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
