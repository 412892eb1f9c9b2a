// A process of the local system. The real functions-framework serves the entries named by the arguments, as
// FUNCTION=PORT, on loopback. Settings come from the environment, as on Cloud Run.
import { frameworkServer } from '../../../functions/adapters/google/framework-server.ts';
import { maxApiBodyBytes } from '../../platform/api/capacity.ts';
import { anyPage, programsOnly } from '../../platform/http/guard.ts';
import { listen } from '../../platform/http/listen.ts';
import { entryOf, processes } from './topology.ts';

const isForCustomers = (name: string) => processes.api.some((one) => one === name);

for (const argument of process.argv.slice(2)) {
  const [name = '', port] = argument.split('=');
  await import(`../../../functions/${entryOf(name)}/google.ts`);
  const framework = frameworkServer(name);
  await listen(Number(port), name, (request, response) => void framework.emit('request', request, response), {
    guard: isForCustomers(name) ? anyPage : programsOnly,
    maxBodyBytes: maxApiBodyBytes,
  });
}
