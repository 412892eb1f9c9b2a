// A process of the local system. The real functions-framework serves the entries named by the arguments, as
// FUNCTION=PORT, on loopback. Settings come from the environment, as on Cloud Run.
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
