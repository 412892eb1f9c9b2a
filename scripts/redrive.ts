import { join } from 'node:path';
import Table from 'cli-table3';
import type { Service } from '../stacks/model/services.ts';
import { CliError, exitCodes, parseCommandLine, runMain, wholeNumber } from './cli/cli.ts';
import { showProgress } from './cli/progress.ts';
import { findStage } from './operations/find-stage.ts';
import { durationMs } from './operations/redrive/duration.ts';
import { Journal } from './operations/redrive/journal.ts';
import { lockFile } from './operations/redrive/lock-file.ts';
import { causes } from './operations/redrive/ports.ts';
import { type Outcome, type RedriveOptions, redrive } from './operations/redrive/run.ts';
import { type CloudRedrive, redrivable, redrivableServices } from './operations/redrive/services.ts';
import { stopAfterThis } from './operations/redrive/stop.ts';
import { installExtra } from './platform/process/extra-packages.ts';
import { localFolder } from './platform/process/paths.ts';
import { type OtherCloud, otherCloud } from './sale/clouds.ts';

const usage = `
usage: npm run redrive -- [--service NAME] [filters] [--apply]

Lists the dead letters of each service with their cause, one line of JSON each on stdout, and a summary on stderr. With
--apply it puts back those that a second try may help: a message is removed only when its copy is safe, and a run
that was killed is finished by the next one.

  --service NAME     ${redrivable.join(', ')}; default: all
  --cause CAUSE      only these, even if they would fail again (what comes back meanwhile is left):
                     ${causes.join(', ')}
  --older-than TIME  only messages first sent longer ago than that: 90s, 15m, 2h, 3d
  --newer-than TIME  only messages first sent less long ago
  --rate N           messages a second, 1 to 1000 (default 50)
  --batch N          messages a call, 1 to 10 (default 10)
  --limit N          messages in all (default: no limit)
  --visibility-timeout N
                     seconds for which others cannot receive a message that is redriven, 2 to 3600 (default 60)
  --apply            send them; without it, only look
  --audit FILE       where each step of each message is written down (default .local/redrive/STAGE.jsonl);
                     it is what the next run finishes a killed one by: keep it for 14 days
  --stage NAME       default: the stage of the platform that runs
  --cloud NAME       aws (default), azure: the storage account of DATA__queueServiceUri and DATA__tableServiceUri, as
                     whom you are signed in (az login), or of DATA, a connection string; or google: the project
                     GOOGLE_CLOUD_PROJECT, or FIRESTORE_EMULATOR_HOST and PUBSUB_EMULATOR_HOST
  --help

It works on the platform that \`npm start\` runs, on AWS_ENDPOINT_URL if that is set, else on AWS with your credentials.
Exit code: 0 all done, 1 something was refused or is in doubt (run it again), 2 wrong usage.
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
    return text === undefined ? undefined : durationMs(name, text);
  };
  const options: RedriveOptions = {
    apply: words.apply,
    cause: words.cause === undefined ? undefined : oneOf('cause', words.cause, causes),
    olderThanMs: age('older-than'),
    newerThanMs: age('newer-than'),
    rate: wholeNumber('rate', words.rate, { min: 1, max: 1_000 }),
    batch: wholeNumber('batch', words.batch, { min: 1, max: 10 }),
    limit: wholeNumber('limit', words.limit, { min: 1, max: 1_000_000 }),
    visibilityTimeoutSeconds: wholeNumber('visibility-timeout', words['visibility-timeout'], { min: 2, max: 3_600 }),
  };
  const wanted = words.service === undefined ? redrivable : [oneOf('service', words.service, redrivable)];
  return run(otherCloud(words.cloud), words.stage, wanted, words.audit, options);
});

interface Found extends CloudRedrive {
  /** Of the audit file. */
  readonly name: string;
}

async function find(cloud: OtherCloud | undefined, stage: string | undefined, wanted: readonly Service[]) {
  if (!cloud) return openAws(stage, wanted);
  installExtra(cloud);
  // By a name that is made here: what it imports is not installed with the project.
  const module: { openRedrive(stage: string | undefined): Promise<CloudRedrive> } = await import(
    `./clouds/${cloud}/redrive.ts`
  );
  const { services, ...all } = await module.openRedrive(stage);
  const name = [cloud, stage].filter(Boolean).join('-');
  return { name, ...all, services: services.filter(({ service }) => wanted.includes(service)) };
}

async function openAws(stageName: string | undefined, wanted: readonly Service[]): Promise<Found> {
  const found = await findStage(stageName);
  const services = await redrivableServices(found, wanted);
  return { name: found.stage, place: found.place, services, close: async () => {} };
}

async function run(
  cloud: OtherCloud | undefined,
  stageName: string | undefined,
  wanted: readonly Service[],
  audit: string | undefined,
  options: RedriveOptions,
): Promise<number> {
  const found = await find(cloud, stageName, wanted);
  const path = audit ?? join(localFolder, 'redrive', `${found.name}.jsonl`);
  const lock = lockFile(`${path}.lock`);
  try {
    return await redriveAll(found, path, options);
  } finally {
    lock[Symbol.dispose]();
  }
}

async function redriveAll(found: Found, path: string, options: RedriveOptions): Promise<number> {
  const journal = new Journal(path);
  const stopped = stopAfterThis();
  const progress = showProgress();
  progress.line(`${found.name} on ${found.place}`);
  const outcomes: Outcome[] = [];
  for (const { queue, destination, diagnose } of found.services) {
    progress.step(`${queue.name} -> ${destination.name}`);
    const onOutcome = (outcome: Outcome) => {
      outcomes.push(outcome);
      process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), ...outcome })}\n`);
    };
    await redrive({ queue, destination, diagnose, journal, onOutcome, stopped }, options);
  }
  journal.close();
  await found.close();
  progress.done();
  process.stderr.write(summaryOf(outcomes));
  const open = outcomes.filter(({ action }) => action === 'refused' || action === 'in doubt').length;
  if (open > 0) process.stderr.write(`${open} messages were refused or are in doubt: run it again.\n`);
  if (!options.apply && outcomes.some(({ action }) => action.startsWith('would')))
    process.stderr.write('Nothing was changed. With --apply they are sent.\n');
  return open > 0 ? exitCodes.failed : exitCodes.ok;
}

function summaryOf(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'no dead letters\n';
  const table = new Table({ head: ['queue', 'cause', 'a second try', 'action', 'messages'], style: { head: [] } });
  const groups = Map.groupBy(outcomes, ({ queue, cause, outlook, action }) =>
    [queue, cause, outlook, action].join('\t'),
  );
  for (const [name, group] of groups) table.push([...name.split('\t'), group.length]);
  return `${table.toString()}\n`;
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const name = names.find((one) => one === text);
  if (name) return name;
  throw new CliError(
    'usage',
    `--${option} is '${text}', must be one of ${names.join(', ')}`,
    `--${option} ${names[0]}`,
  );
}
