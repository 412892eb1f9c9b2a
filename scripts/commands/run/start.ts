import { open as openInspector } from 'node:inspector';
import { join } from 'node:path';
import { CliError, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { type Progress, showProgress } from '../../cli/progress.ts';
import { parseLocalStage } from '../../cli/stage-name.ts';
import { prometheusConfig } from '../../observability/files.ts';
import { installPrometheus } from '../../observability/promtool.ts';
import { type Prometheus, runPrometheus } from '../../observability/run-prometheus.ts';
import { readFaultPlan } from '../../platform/gateway/faults/plan.ts';
import { loopback } from '../../platform/http/listen.ts';
import { announceTarget } from '../../platform/metrics/announce.ts';
import { type Platform, startPlatform } from '../../platform/platform.ts';
import { announce, type RunningPlatform, refuseSecond } from '../../platform/process/running.ts';
import { exitDespiteThreads, stopRequest } from '../../platform/process/stop-request.ts';
import { lineFileName } from '../../platform/tracing/line-file.ts';
import { seed } from '../../sale/seed.ts';
import { startPage } from '../../sale/start-page.ts';

const usage = `
usage: npm start -- [--stage NAME] [--port N] [--json] [--workers] [--inspect] [--faults FILE] [--metrics]
                    [--differences]

Starts the whole platform on this machine, and stops it on Ctrl-C.

  --stage NAME  local (HTTP API) or local-url (Function URLs); default: the one that the engine supports
  --port N      port of the storefront and its API; 0 for any free port (default 8080)
  --json        print only one line of JSON on stdout when ready
                (npm start -s -- --json also suppresses npm's own two lines)
  --workers     run the functions in the engine's workers with their own roles, not in this process
  --faults FILE inject the faults of a plan into the functions' calls (docs/faults.md)
  --inspect     open a debugger port; the functions run in this process (docs/commands.md#debugging)
  --metrics     start Prometheus beside it, with the rules of observability/ (docs/observability.md); the first
                time, Debian's package is unpacked below .local
  --differences also list differences between the local platform and AWS
  --help        this text

AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm start uses a running endpoint instead of the built-in engine.
`;

const commandLine = {
  stage: { type: 'string' },
  port: { type: 'string', default: '8080' },
  json: { type: 'boolean', default: false },
  workers: { type: 'boolean', default: false },
  inspect: { type: 'boolean', default: false },
  faults: { type: 'string' },
  metrics: { type: 'boolean', default: false },
  differences: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const options = parseCommandLine(usage, commandLine);
  const port = parseWholeNumber('port', options.port, { min: 0, max: 65_535 });
  const stage = parseLocalStage(options.stage);
  const faults = options.faults === undefined ? undefined : readFaultPlan(options.faults);
  await refuseSecond();
  if (options.inspect) openInspector(undefined, loopback);
  const progress = showProgress();
  const stop = stopRequest();
  const onCrash = (text: string) =>
    stop.because(new CliError('engine_crashed', text, 'Start again. The state was in memory and is lost.'));
  const platform = await startPlatform({
    ...stage,
    port,
    metrics: true,
    innerLoop: options.workers ? 'workers' : 'one-process',
    ...{ onProgress: progress.step, onLog: progress.line, onCrash },
  });
  stop.orderly();
  try {
    progress.step('seeding products');
    await seed(platform);
    if (faults) platform.gateway.faults.set(faults);
    announce(describe(platform));
    if (platform.metricsUrl) announceTarget(platform.metricsUrl, platform.stage);
    const prometheus = options.metrics ? await addPrometheus(platform, progress) : undefined;
    progress.done();
    process.stdout.write(
      options.json ? `${JSON.stringify(describe(platform))}\n` : await startPage(platform, options.differences),
    );
    await stop.requested;
    progress.step('stopping');
    await prometheus?.stop();
  } finally {
    await platform.stop();
    progress.done();
  }
  return 0;
}

/** The platform works without Prometheus, so an error is only printed, in one line. */
async function addPrometheus(platform: Platform, progress: Progress): Promise<Prometheus | undefined> {
  progress.step('starting Prometheus');
  try {
    const { prometheus } = await installPrometheus();
    const { workspace } = platform;
    const started = await runPrometheus({ prometheus, configFile: prometheusConfig, workspace });
    progress.line(`Prometheus ${started.url} scrapes the platform and watches it by the alarms of its stage`);
    return started;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    progress.line(`Prometheus does not run: ${error.message.split('\n', 1)[0]}. ${error.hint}`);
    return undefined;
  }
}

function describe(platform: Platform): RunningPlatform {
  const { edgeUrl, apiUrl, endpointUrl, issuer, partner, stage, engine, region, embedded, credentials, metricsUrl } =
    platform;
  return {
    pid: process.pid,
    edgeUrl,
    apiUrl,
    endpointUrl: endpointUrl ?? null,
    issuerUrl: issuer.url,
    partnerUrl: partner.url,
    metricsUrl: metricsUrl ?? null,
    lineFile: join(platform.workspace.folder, lineFileName),
    stage,
    engine,
    region,
    // Only these fields: the SDK's clients add others to an object of credentials.
    credentials: embedded
      ? { accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey }
      : null,
  };
}

await runMain(main);
exitDespiteThreads();
