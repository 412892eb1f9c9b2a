import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../../cli/cli.ts';
import { loopback } from '../../platform/http/listen.ts';

/** Resolves once a process listens on the port. */
export async function waitUntilListening(port: number, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) {
    const socket = connect(port, loopback);
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
  }
  const seconds = withinMs / 1_000;
  throw new CliError('start_slow', `nothing listens on port ${port} after ${seconds} s`, 'Run the command again.');
}
