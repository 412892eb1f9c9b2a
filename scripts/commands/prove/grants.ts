import { type Service, serviceNames } from '../../../stacks/model/services.ts';
import { CliError, exitCodes, parseCommandLine, runMain } from '../../cli/cli.ts';
import type { Progress } from '../../cli/progress.ts';
import { connect, type Deployment } from '../../lab/grants/deployment.ts';
import { reportOf } from '../../lab/grants/report.ts';
import { readGrants } from '../../lab/grants/roles.ts';
import { expectHealthy, type Trial, tryGrant } from '../../lab/grants/try-grant.ts';
import type { Platform } from '../../platform/platform.ts';
import { withPlatform } from '../../platform/with-platform.ts';

const usage = `
usage: npm run grants -- [--only SERVICE]

Deploys the system to a local emulator that enforces IAM, removes each permission of each function's role
in turn, and shows the calls that fail without it. Exit code 0 only if every permission proves necessary, except
those that AWS's own pollers use.

  --only NAME  one function: ${serviceNames.join(', ')}
  --help
`;

await runMain(async () => {
  const options = parseCommandLine(usage, { only: { type: 'string' } });
  const services = options.only === undefined ? serviceNames : [parseService(options.only)];
  refuseForeignEndpoint();
  return withPlatform({}, async (platform, progress) => {
    const trials = await tryAll(services, await connectTo(platform), progress);
    process.stdout.write(reportOf(trials));
    const bare = services.filter((service) => !trials.some(({ grant }) => grant.service === service));
    for (const service of bare) process.stdout.write(`FAILED: the role of ${service} has no permission to try\n`);
    const proven = bare.length === 0 && trials.every(({ verdict }) => verdict === 'necessary' || verdict === 'poller');
    return proven ? exitCodes.ok : exitCodes.failed;
  });
});

function parseService(name: string): Service {
  const service = serviceNames.find((one) => one === name);
  if (service) return service;
  throw new CliError(
    'usage',
    `--only must be one of ${serviceNames.join(', ')}, got '${name}'`,
    'For example: --only intake',
  );
}

/** An interrupted run would leave a shared role without one of its permissions. */
function refuseForeignEndpoint(): void {
  if (process.env.AWS_ENDPOINT_URL === undefined) return;
  throw new CliError(
    'own_platform_only',
    'AWS_ENDPOINT_URL is set, and this command removes permissions from functions that others may be using',
    'Unset AWS_ENDPOINT_URL to use the built-in engine, which enforces IAM and stops with this command.',
  );
}

async function connectTo(platform: Platform): Promise<Deployment> {
  const { target, stage, apiUrl, partnerUrl, outputs, issuer } = platform;
  const [customerToken, adminToken] = await Promise.all([
    issuer.token({ customer: 'grants-probe' }),
    issuer.token({ customer: 'grants-admin', admin: true }),
  ]);
  return connect({ target, stage, apiUrl, partnerUrl, outputs, customerToken, adminToken });
}

async function tryAll(services: readonly Service[], deployment: Deployment, progress: Progress): Promise<Trial[]> {
  const grants = (await Promise.all(services.map((service) => readGrants(service, deployment)))).flat();
  progress.line(`${grants.length} grants in ${services.length} roles`);
  for (const service of services) await expectHealthy(service, deployment);
  const trials: Trial[] = [];
  for (const grant of grants) {
    progress.step(`${grant.service} without ${grant.action} ${trials.length + 1} of ${grants.length}`);
    trials.push(await tryGrant(grant, deployment));
  }
  for (const service of services) await expectHealthy(service, deployment);
  return trials;
}
