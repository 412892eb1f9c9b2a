// A process of the local system: the real functions-framework serves the entries that the arguments name, as
// FUNCTION=PORT, on loopback. Their settings come by the environment, as Cloud Run's do.
import { frameworkServer } from '../../../functions/adapters/google/framework-server.ts';
import { loopback } from '../../platform/http/listen.ts';
import { entryOf } from './topology.ts';

for (const argument of process.argv.slice(2)) {
  const [name = '', port] = argument.split('=');
  await import(`../../../functions/${entryOf(name)}/google.ts`);
  const server = frameworkServer(name);
  server.keepAliveTimeout = 75_000;
  server.listen(Number(port), loopback);
}
