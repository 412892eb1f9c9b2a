import { join } from 'node:path';
import { physicalName } from '../../../stacks/model/names.ts';
import { type TableName, tableNames } from '../../../stacks/model/services.ts';
import { hasRegions } from '../../../stacks/model/stages/regions.ts';
import { findStage as findStageModel } from '../../../stacks/model/stages/stages.ts';
import { CliError, exitCodes, parseCommandLine, parseWholeNumber, runMain, UsageError } from '../../cli/cli.ts';
import { withPlainErrors } from '../../cli/plain-errors.ts';
import { showProgress } from '../../cli/progress.ts';
import { exportToEnvironment, type FoundStage, findRetentionDays, findStage } from '../../operations/find-stage.ts';
import { readExpiredUnits } from '../../operations/rebuild/expired.ts';
import { compareLive, rebuild } from '../../operations/rebuild/run.ts';
import { rebuildStores } from '../../operations/rebuild/stores.ts';
import { lockFile } from '../../operations/redrive/lock-file.ts';
import { createBackup } from '../../operations/restore/backups.ts';
import { readBook } from '../../operations/restore/book.ts';
import { restoreClients } from '../../operations/restore/clients.ts';
import { RestoreJournal, type RestoreState } from '../../operations/restore/journal.ts';
import { describePlan, isRestored, makePlan } from '../../operations/restore/plan.ts';
import { beginState, restore, undecided } from '../../operations/restore/run.ts';
import type { RestoreContext, Restored } from '../../operations/restore/run-state.ts';
import { clean, undo } from '../../operations/restore/undo.ts';
import { localFolder } from '../../platform/process/paths.ts';
import { findRunning } from '../../platform/process/running.ts';

const usage = `
usage: npm run restore -- [--table NAME] [--apply]

Shows how missing or damaged tables would be restored: from which backup, what the stream adds, and what is lost. With
--apply, it pauses all writers, restores into new tables, replays the stream, reconciles orders, stock, catalog and the
partner's book, copies the rows into the stage's tables, compares them, sends the messages of open orders, resumes, and
rebuilds the views. To continue a run that was killed, use the same command.

  --table NAME      a table that exists, but is damaged: ${tableNames.join(', ')}; repeatable
  --at TIME         restore to this time at the latest, such as 2026-11-29T12:00:00Z: just before the damage
                    (default: now)
  --book PLACE      the partner's book: a file or URL with a JSON list of orderId, sku, quantity and state (accepted or
                    refused); default: that of the running platform; else no book is read
  --settle SECONDS  how long calls that began before the pause may continue, 1 to 900 (default 35)
  --apply           restore; without it, only show the plan
  --hold            with --apply: stay paused after the swap, to inspect or undo; --apply again resumes
  --undo            restore the state before the last run; refused if orders have changed since its swap
  --backup          make a backup of each table now, and do nothing else
  --clean           delete the tables and backups that the last, finished run left
  --journal FILE    the progress of the run (default .local/restore/STAGE.json); the next run needs it to continue
  --stage NAME      default: the stage of the running platform, or the one that is deployed on AWS_ENDPOINT_URL
  --cloud NAME      only aws; for the others, see docs/clouds.md
  --help

Uses AWS_ENDPOINT_URL if set, else the platform that \`npm start\` runs, else AWS with your credentials.
Exit code: 0 all rows are correct and nothing is left to decide, 1 otherwise, 2 wrong usage.
`;

const flags = {
  table: { type: 'string', multiple: true, default: [] as string[] },
  at: { type: 'string' },
  book: { type: 'string' },
  settle: { type: 'string', default: '35' },
  apply: { type: 'boolean', default: false },
  hold: { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  backup: { type: 'boolean', default: false },
  clean: { type: 'boolean', default: false },
  journal: { type: 'string' },
  stage: { type: 'string' },
  cloud: { type: 'string', default: 'aws' },
} as const;

await runMain(async () => {
  const words = parseCommandLine(usage, flags);
  if (words.cloud !== 'aws')
    throw new UsageError(
      'cloud_unsupported',
      `restore is for AWS, got --cloud ${words.cloud}`,
      'docs/clouds.md, Backups, says what Azure and Google have instead.',
    );
  const chosen = (['apply', 'undo', 'backup', 'clean'] as const).filter((name) => words[name]);
  if (chosen.length > 1) throw new UsageError('usage', `--${chosen.join(' and --')} exclude each other`, 'Give one.');
  if (words.hold && !words.apply) throw new UsageError('usage', '--hold is for --apply', 'Add --apply, or omit it.');
  const named = words.table.map(parseTable);
  const until = words.at === undefined ? Date.now() : parseTime(words.at);
  const settleMs = parseWholeNumber('settle', words.settle, { min: 1, max: 900 }) * 1_000;
  const found = await findStage(words.stage);
  refuseRegions(found.stage);
  exportToEnvironment(found);
  const path = words.journal ?? join(localFolder, 'restore', `${found.stage}.json`);
  const context = await openContext(found, { path, settleMs, book: words.book });
  const lock = lockFile(`${path}.lock`);
  const wanted = { mode: chosen[0] ?? 'plan', named, until, hold: words.hold } as const;
  try {
    return await withPlainErrors(found.place, () => run(context, wanted, found.place));
  } finally {
    lock[Symbol.dispose]();
  }
});

/** Units in transit between regions are neither supplied nor ordered, and a copy follows its table by itself. */
function refuseRegions(stage: string): void {
  if (!hasRegions(findStageModel(stage))) return;
  throw new UsageError(
    'regions_unsupported',
    `restore is for a stage of one region, and ${stage} has several`,
    'docs/regions.md, A table is damaged, says what to do.',
  );
}

interface Wanted {
  readonly mode: 'plan' | 'apply' | 'undo' | 'backup' | 'clean';
  readonly named: readonly TableName[];
  readonly until: number;
  readonly hold: boolean;
}

async function run(context: RestoreContext, wanted: Wanted, place: string): Promise<number> {
  context.onStep(`stage ${context.stage.name} on ${place}`);
  const last = context.journal.read();
  switch (wanted.mode) {
    case 'backup':
      return backUp(context);
    case 'clean':
      await clean(context, requireRun(last, 'finished'));
      return exitCodes.ok;
    case 'undo':
      return report(await undo(context, requireRun(last, 'undoable')));
    case 'apply':
      if (last?.undoing && last.finished !== 'undone') throw undoUnfinished(last);
      if (last && !last.finished) return report(await restore(context, last, wanted.hold));
      if (last) context.journal.archive(last.run);
  }
  const plan = await makePlan(context.clients, context.stage.name, wanted);
  process.stdout.write(`${describePlan(plan, Date.now()).join('\n')}\n`);
  const hopeless = plan.damaged.filter((table) => isRestored(table) && !plan.points[table]);
  if (wanted.mode === 'plan') return plan.damaged.length === 0 ? exitCodes.ok : exitCodes.failed;
  if (plan.damaged.length === 0)
    throw new UsageError('nothing_to_restore', 'no table is missing, and none was named', 'Name one: --table orders');
  if (hopeless.length > 0)
    throw new CliError(
      'backup_missing',
      `${hopeless.join(', ')}: neither a backup nor point-in-time recovery up to that time`,
      'Nothing was changed. Give a later --at, or make backups in time: npm run restore -- --backup',
    );
  return report(await restore(context, beginState(plan, new Date()), wanted.hold));
}

function undoUnfinished({ run }: RestoreState): CliError {
  return new CliError('undo_unfinished', `the undo of ${run} was interrupted`, 'Finish it: npm run restore -- --undo');
}

async function backUp({ clients, stage, onStep }: RestoreContext): Promise<number> {
  const name = `b${new Date().toISOString().replaceAll(/[^\d]/g, '').slice(0, 14)}`;
  for (const table of tableNames.filter(isRestored)) {
    onStep(`backing up ${table}`);
    await createBackup(clients, physicalName(stage.name, table), name);
  }
  process.stdout.write(`backup ${name} of ${tableNames.filter(isRestored).join(', ')}\n`);
  return exitCodes.ok;
}

function requireRun(last: RestoreState | undefined, kind: 'finished' | 'undoable'): RestoreState {
  const fits = kind === 'finished' ? last?.finished !== undefined : last?.finished !== 'undone';
  if (last && fits) return last;
  throw new CliError(
    'run_missing',
    last ? `the last restore, ${last.run}, is ${last.finished ?? 'not finished'}` : 'no restore was made from here',
    kind === 'finished' ? 'Finish it with --apply or --undo first.' : 'There is nothing to undo.',
  );
}

function report({ state, wrong }: Restored): number {
  const { differences, times, finished, run: name } = state;
  const seconds = ((Date.now() - (times.begun ?? Date.now())) / 1_000).toFixed(1);
  const left = undecided(differences);
  process.stdout.write(
    [
      `${name}: ${finished ?? 'swapped, and still paused (--apply resumes, --undo puts back)'} after ${seconds} s`,
      `${differences.length} differences, ${differences.length - left.length} mended; ${wrong.length} rows are wrong`,
      ...differences.map(({ row, reason, mended }) => `${mended ? 'mended' : 'DECIDE'}: ${row} ${reason}`),
      ...wrong.map((row) => `WRONG: ${row}`),
      '',
    ].join('\n'),
  );
  return left.length + wrong.length === 0 ? exitCodes.ok : exitCodes.failed;
}

function parseTable(text: string): TableName {
  const table = tableNames.find((name) => name === text);
  if (table) return table;
  throw new UsageError(
    'usage',
    `--table is '${text}', must be one of ${tableNames.join(', ')}`,
    'For example: --table orders',
  );
}

function parseTime(text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms) && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text)) return ms;
  throw new UsageError(
    'usage',
    `--at is '${text}', must be a time with its zone`,
    'For example: --at 2026-11-29T12:00:00Z',
  );
}

async function openContext(
  found: FoundStage,
  { path, settleMs, book }: { readonly path: string; readonly settleMs: number; readonly book: string | undefined },
): Promise<RestoreContext> {
  const progress = showProgress();
  const tables = { orders: physicalName(found.stage, 'orders'), views: physicalName(found.stage, 'views') };
  const stores = rebuildStores(tables, found.config);
  const running = await findRunning();
  const ours = running?.stage === found.stage ? running : undefined;
  const days = findRetentionDays(found.stage);
  const readViews = async () => (await stores.views(await stores.live())).rows;
  const place = book ?? (ours && `${ours.partnerUrl}/book`);
  return {
    clients: restoreClients(found.config),
    stage: findStageModel(found.stage),
    journal: new RestoreJournal(path),
    readBook: place === undefined ? undefined : () => readBook(place),
    expired:
      days === undefined ? undefined : { days, readUnits: (retention) => readExpiredUnits(readViews, retention) },
    settleMs,
    onStep: progress.line,
    mendViews: async () => {
      if ((await compareLive(stores, days)).different.length === 0) return [];
      await rebuild(stores, tables.views, { settleMs, retentionDays: days, onStep: progress.line });
      return (await compareLive(stores, days)).different;
    },
  };
}
