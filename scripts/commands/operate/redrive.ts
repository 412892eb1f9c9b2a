import { join } from 'node:path';
import Table from 'cli-table3';
import type { Service } from '../../../stacks/model/services.ts';
import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { showProgress } from '../../cli/progress.ts';
import { findStage } from '../../operations/find-stage.ts';
import { parseDuration } from '../../operations/redrive/duration.ts';
import { Journal } from '../../operations/redrive/journal.ts';
import { lockFile } from '../../operations/redrive/lock-file.ts';
import { causes } from '../../operations/redrive/ports.ts';
import { type Outcome, type RedriveOptions, redrive } from '../../operations/redrive/run.ts';
import { type CloudRedrive, redrivable, redrivableServices } from '../../operations/redrive/services.ts';
import { watchStopSignals } from '../../operations/redrive/stop-signals.ts';
import { installExtra } from '../../platform/process/extra-packages.ts';
import { localFolder } from '../../platform/process/paths.ts';
import { type OtherCloud, parseOtherCloud } from '../../sale/clouds.ts';

const usage = `
usage: npm run redrive -- [--service NAME] [filters] [--apply]

Lists each service's dead letters with their causes, as one line of JSON each on stdout, and a summary on stderr. With
--apply it redrives those that a retry may help. A message is deleted only when its copy is safe. The next run completes
one that was killed.

  --service NAME     ${redrivable.join(', ')}; default: all
  --cause CAUSE      only messages with this cause, even if they would fail again (messages that return during the
                     run are left):
                     ${causes.join(', ')}
  --older-than TIME  only messages first sent longer ago than this: 90s, 15m, 2h, 3d
  --newer-than TIME  only messages first sent more recently than this
  --rate N           messages per second, 1 to 1000 (default 50)
  --batch N          messages per call, 1 to 10 (default 10)
  --limit N          messages in total (default 1000000)
  --visibility-timeout N
                     seconds for which other consumers cannot receive a message being redriven, 2 to 3600 (default 60)
  --apply            redrive; without it, only list
  --audit FILE       log of each step of each message (default .local/redrive/STAGE.jsonl); the next run needs it to
                     complete a killed one: keep it for 14 days
  --stage NAME       default: the stage of the running platform, or the one that is deployed on AWS_ENDPOINT_URL
  --cloud NAME       aws (default); azure: the storage account of DATA__queueServiceUri and DATA__tableServiceUri, with
                     your az login, or of the connection string DATA; google: the project GOOGLE_CLOUD_PROJECT, or
                     FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST
  --help

Uses AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials.
Exit code: 0 all done, 1 a message was refused or is in doubt (run it again), or a queue is missing, 2 wrong usage.
`;

await runMain(async () => {
  const words = parseCommandLine(usage, {
    service: { type: 'string' },
    cause: { type: 'string' },
    'older-than': { type: 'string' },
    'newer-than': { type: 'string' },
    rate: { type: 'string', default: '50' },
    batch: { type: 'string', default: '10' },
    limit: { type: 'string', default: '1000000' },
    'visibility-timeout': { type: 'string', default: '60' },
    apply: { type: 'boolean', default: false },
    audit: { type: 'string' },
    stage: { type: 'string' },
    cloud: { type: 'string', default: 'aws' },
  });
  const age = (name: 'older-than' | 'newer-than') => {
    const text = words[name];
    return text === undefined ? undefined : parseDuration(name, text);
  };
  const options: RedriveOptions = {
    apply: words.apply,
    cause: words.cause === undefined ? undefined : parseName('cause', words.cause, causes),
    olderThanMs: age('older-than'),
    newerThanMs: age('newer-than'),
    rate: parseWholeNumber('rate', words.rate, { min: 1, max: 1_000 }),
    batch: parseWholeNumber('batch', words.batch, { min: 1, max: 10 }),
    limit: parseWholeNumber('limit', words.limit, { min: 1, max: 1_000_000 }),
    visibilityTimeoutSeconds: parseWholeNumber('visibility-timeout', words['visibility-timeout'], {
      min: 2,
      max: 3_600,
    }),
  };
  const wanted = words.service === undefined ? redrivable : [parseName('service', words.service, redrivable)];
  const cloud = parseOtherCloud(words.cloud);
  return withPlainErrors(cloud ?? 'AWS', () => run(cloud, words.stage, wanted, words.audit, options));
});

interface Opened extends CloudRedrive {
  /** Name of the default audit file. */
  readonly name: string;
}

async function open(
  cloud: OtherCloud | undefined,
  stage: string | undefined,
  wanted: readonly Service[],
): Promise<Opened> {
  if (!cloud) return openAws(stage, wanted);
  installExtra(cloud);
  // A computed name hides the module from the type check: its packages are not installed with the project.
  const module: { openRedrive(stage: string | undefined): Promise<CloudRedrive> } = await import(
    `../../clouds/${cloud}/redrive.ts`
  );
  const { services, ...all } = await module.openRedrive(stage);
  const name = [cloud, stage].filter(Boolean).join('-');
  return { name, ...all, services: services.filter(({ service }) => wanted.includes(service)) };
}

async function openAws(stageName: string | undefined, wanted: readonly Service[]): Promise<Opened> {
  const found = await findStage(stageName);
  const queues = await redrivableServices(found, wanted);
  return { name: found.stage, place: found.place, ...queues, close: async () => {} };
}

async function run(
  cloud: OtherCloud | undefined,
  stageName: string | undefined,
  wanted: readonly Service[],
  audit: string | undefined,
  options: RedriveOptions,
): Promise<number> {
  const opened = await open(cloud, stageName, wanted);
  if (opened.services.length === 0)
    throw new CliError(
      'queues_missing',
      `stage ${opened.name} on ${opened.place} has none of the queues ${opened.missing.join(', ')}`,
      'Check --stage, --service, AWS_REGION and AWS_ENDPOINT_URL.',
    );
  const path = audit ?? join(localFolder, 'redrive', `${opened.name}.jsonl`);
  const lock = lockFile(`${path}.lock`);
  try {
    return await withPlainErrors(opened.place, () => redriveAll(opened, path, options));
  } finally {
    lock[Symbol.dispose]();
  }
}

async function redriveAll(opened: Opened, path: string, options: RedriveOptions): Promise<number> {
  const journal = new Journal(path);
  const stopped = watchStopSignals();
  const progress = showProgress();
  progress.line(`${opened.name} on ${opened.place}`);
  const outcomes: Outcome[] = [];
  for (const { queue, destination, diagnose } of opened.services) {
    progress.step(`${queue.name} -> ${destination.name}`);
    const onOutcome = (outcome: Outcome) => {
      outcomes.push(outcome);
      process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...outcome })}\n`);
    };
    await redrive({ queue, destination, diagnose, journal, onOutcome, stopped }, options);
  }
  journal.close();
  await opened.close();
  progress.done();
  process.stderr.write(formatSummary(outcomes, opened.services.length));
  for (const queue of opened.missing) process.stderr.write(`FAILED: queue ${queue} does not exist\n`);
  const unfinished = outcomes.filter(({ action }) => action === 'refused' || action === 'in doubt').length;
  if (unfinished > 0) process.stderr.write(`${unfinished} messages were refused or are in doubt: run it again.\n`);
  if (!options.apply && outcomes.some(({ action }) => action.startsWith('would')))
    process.stderr.write('Nothing was changed. To redrive the messages, add --apply.\n');
  return unfinished + opened.missing.length > 0 ? exitCodes.failed : exitCodes.ok;
}

function formatSummary(outcomes: readonly Outcome[], queues: number): string {
  if (outcomes.length === 0) return `no dead letters in ${queues} queues\n`;
  const table = new Table({ head: ['queue', 'cause', 'a retry', 'action', 'messages'], style: { head: [] } });
  const groups = Map.groupBy(outcomes, ({ queue, cause, outlook, action }) =>
    [queue, cause, outlook, action].join('\t'),
  );
  for (const [name, group] of groups) table.push([...name.split('\t'), group.length]);
  return `${table.toString()}\n`;
}

function parseName<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const name = names.find((one) => one === text);
  if (name) return name;
  throw new CliError(
    'usage',
    `--${option} is '${text}', must be one of ${names.join(', ')}`,
    `For example: --${option} ${names[0]}`,
  );
}
